import { type AttributeScalar, type Attributes, attributesOf } from '../access/attributes.ts'
import { checkLockedFilters } from '../analytics/locked-filters.ts'
import { type RuleTest, ruleTestsOf } from '../analytics/row-rules.ts'
import type { Dataset, Dimension } from '../catalogue/catalogue.ts'
import { TesseraError } from '../errors.ts'
import type { LayerDefinition, ModelDocument } from './document.ts'
import { lockedFilterOf } from './layers.ts'
import { argumentSteps, type Finding, type Path } from './problem.ts'

/** That each comparison of a row rule is one that its dimension's values can stand, whatever a token will bring. */
export function rowRuleFindings(
  { datasets }: ModelDocument,
  built: ReadonlyMap<string, Dataset>,
): readonly Finding[] {
  return datasets.flatMap(({ name, rowRules }, index) => {
    const dataset = built.get(name)
    if (dataset === undefined || rowRules === undefined) return []
    const path = ['datasets', index, 'rowRules']
    return ruleTestsOf(dataset).flatMap((test) => testFindings(dataset, test, path))
  })
}

function testFindings(dataset: Dataset, test: RuleTest, path: Path): readonly Finding[] {
  const dimension = dataset.dimensions.get(test.dimension)
  const misfit = dimension === undefined ? null : test.misfit(sampleFor(dimension, test))
  if (misfit === null) return []
  return [{ path: [...path, test.index], expected: `${misfit} for ${test.dimension}` }]
}

/** Attributes as a token could bring them for a test of this dimension. */
function sampleFor(dimension: Dimension, { reads, readsList }: RuleTest): Attributes {
  const sample = sampleOf(dimension)
  return attributesOf(Object.fromEntries(reads.map((name) => [name, readsList ? [sample] : sample])))
}

function sampleOf({ type, column }: Dimension): AttributeScalar {
  if (type === 'BOOLEAN') return true
  if (type === 'NUMBER') return 1
  if (column.type.kind === 'uuid') return '00000000-0000-0000-0000-000000000000'
  if (column.type.kind === 'date') return '2001-01-01'
  return type === 'TIME' ? '2001-01-01T00:00:00Z' : 'text'
}

/** That locked filters fit the columns: the same check that a token's own ones get. */
export function layerFindings(
  { datasets, roles = [], policies = [] }: ModelDocument,
  built: ReadonlyMap<string, Dataset>,
): readonly Finding[] {
  // What could not be resolved is a finding already, and a filter may be about it.
  if (built.size < datasets.length) return []
  return [
    ...roles.flatMap((role, index) => lockedFindings(role, built, ['roles', index])),
    ...policies.flatMap((policy, index) => lockedFindings(policy, built, ['policies', index])),
  ]
}

function lockedFindings(
  { lockedFilters = [], datasets }: LayerDefinition,
  built: ReadonlyMap<string, Dataset>,
  path: Path,
): readonly Finding[] {
  const reachable = datasets === undefined ? [] : [new Set(datasets)]
  try {
    checkLockedFilters(lockedFilters.map(lockedFilterOf), { datasets: built }, reachable, 'lockedFilters')
    return []
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    const { argument = 'lockedFilters', expected = error.message } = error.details
    return [{ path: [...path, ...argumentSteps(argument)], expected }]
  }
}
