import type { Layer } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import { type Asking, askingOf, parseRowset, rowsOf } from '../analytics/asking.ts'
import { attributesIn } from '../analytics/row-rules.ts'
import { formatInstant } from '../analytics/time/instant.ts'
import { selectFor } from '../analytics/view.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'
import { TesseraError } from '../errors.ts'
import type { ExplainedRows, ExplainedRule } from '../graphql/explanation.ts'
import { always, type Predicate, type Select } from '../warehouse/select.ts'
import type { Subject } from './subject.ts'
import { listed, lockedFilterText, sourceOf } from './words.ts'

/** What keeps rows of the datasets from a token whose question is answered. */
export function narrowingRules(
  scope: Scope,
  layers: readonly Layer[],
  datasets: readonly Dataset[],
  catalogue: Catalogue,
): readonly ExplainedRule[] {
  if (datasets.length === 0) return []
  return [
    ...layers.flatMap(originRules),
    ...datasets.flatMap((dataset) => rulesOfDataset(scope, layers, dataset, catalogue)),
  ]
}

function rulesOfDataset(
  scope: Scope,
  layers: readonly Layer[],
  dataset: Dataset,
  catalogue: Catalogue,
): readonly ExplainedRule[] {
  const joined = [...dataset.joins.keys()].flatMap((name) => catalogue.datasets.get(name) ?? [])
  return [
    ...guardRules(scope, layers, dataset),
    ...layers.flatMap((layer) => earliestRules(layer, dataset)),
    ...joined.flatMap((other) =>
      guardRules(scope, layers, other).map(({ source, text }) =>
        narrowed(source, `hides columns of ${other.name}, which ${dataset.name} joins: ${text}`),
      ),
    ),
  ]
}

/** Of a dataset, wherever it is read. */
function guardRules(
  { attributes }: Scope,
  layers: readonly Layer[],
  { name, dimensions, rowRules }: Dataset,
): readonly ExplainedRule[] {
  const locks = layers.flatMap((layer) =>
    layer.grants.lockedFilters
      .filter((filter) =>
        filter.dataset === undefined ? dimensions.has(filter.dimension) : filter.dataset === name,
      )
      .map((filter) => narrowed(sourceOf(layer), `locks ${lockedFilterText(filter)}`)),
  )
  const rules = rowRules.map((rule) => {
    const values = attributesIn(rule).map((of) => `${of} = ${JSON.stringify(attributes.get(of))}`)
    return narrowed(`row rule of ${name}`, `holds for the token's attributes: ${listed(values)}`)
  })
  return [...locks, ...rules]
}

function earliestRules(layer: Layer, { timeDimension }: Dataset): readonly ExplainedRule[] {
  const { earliest } = layer.grants
  if (earliest === null || timeDimension === null) return []
  return [narrowed(sourceOf(layer), `no rows before ${formatInstant(earliest)}`)]
}

/** They are about who asks and not about the question. */
function originRules(layer: Layer): readonly ExplainedRule[] {
  const { origins } = layer.grants
  return origins.all
    ? []
    : [narrowed(sourceOf(layer), `only from pages of these origins: ${listed([...origins.names])}`)]
}

function narrowed(source: string, text: string): ExplainedRule {
  return { effect: 'NARROWED', source, text }
}

/** How a statement is run for the tenant of a scope. */
export type CountRows = (scope: Scope, dataset: Dataset, select: Select) => Promise<number>

export interface Counting {
  readonly scope: Scope
  readonly catalogue: Catalogue
  readonly now: number
  readonly count: CountRows
}

/** The tenant's rows, those that the token lets through, and those of them that are asked about. */
export async function countRows(
  { dataset, asked }: Subject,
  { scope, catalogue, now, count }: Counting,
): Promise<ExplainedRows> {
  const asking = askingOf(scope, catalogue, now)
  const unguarded: Asking = {
    ...asking,
    guards: { joined: asking.guards.joined, ofDataset: () => [], ofJoined: () => [] },
  }
  const where = predicateOf(asking, dataset, asked)
  const [ofTenant, visible, inside] = await Promise.all([
    count(scope, dataset, countOf(unguarded, dataset, always)),
    refusable(() => count(scope, dataset, countOf(asking, dataset, always))),
    where === null ? null : refusable(() => count(scope, dataset, countOf(asking, dataset, where))),
  ])
  return { dataset: dataset.name, ofTenant, visible: visible ?? 0, asked: inside }
}

/** Null where the question's own range or filters are refused. */
function predicateOf(asking: Asking, dataset: Dataset, asked: Subject['asked']): Predicate | null {
  try {
    return rowsOf(parseRowset(asking, dataset, asked))
  } catch (error) {
    if (error instanceof TesseraError) return null
    throw error
  }
}

/** A row rule without its attribute lets nothing through. */
async function refusable(count: () => Promise<number>): Promise<number | null> {
  try {
    return await count()
  } catch (error) {
    if (error instanceof TesseraError && error.code === 'ATTRIBUTE_MISSING') return null
    throw error
  }
}

function countOf(asking: Asking, dataset: Dataset, where: Predicate): Select {
  const expression = { kind: 'aggregate', function: 'count', of: null, level: null, where: always } as const
  return selectFor(asking, dataset, {
    outputs: [{ name: 'n', expression }],
    where,
    groupBy: [[]],
    having: always,
    orderBy: [],
    limit: null,
    offset: 0,
  })
}
