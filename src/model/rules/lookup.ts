import type { DatasetDefinition, MetricDefinition, ModelDocument } from '../document.ts'
import type { Finding, Path } from '../problem.ts'
import { expectedName } from '../spelling.ts'

/** What the rules look names up in, and where they put what they find. */
export interface Rules {
  readonly findings: readonly Finding[]
  readonly document: ModelDocument
  readonly datasets: ReadonlyMap<string, DatasetDefinition>
  /** Of all datasets. */
  readonly metrics: ReadonlyMap<string, MetricPlace>
  report(path: Path, expected: string): void
  /** Reports a name that is not among the known ones; answers whether it is. */
  known(what: string, name: string, among: Iterable<string>, path: Path): boolean
}

export interface MetricPlace {
  readonly definition: MetricDefinition
  readonly dataset: DatasetDefinition
}

/** @param excused names whose declarations are misshapen, which is a finding already */
export function rulesFor(document: ModelDocument, excused: ReadonlySet<string>): Rules {
  const findings: Finding[] = []
  return {
    findings,
    document,
    datasets: new Map(document.datasets.map((dataset) => [dataset.name, dataset])),
    metrics: new Map(
      document.datasets.flatMap((dataset) =>
        (dataset.metrics ?? []).map((definition) => [definition.name, { definition, dataset }] as const),
      ),
    ),
    report: (path, expected) => {
      findings.push({ path, expected })
    },
    known: (what, name, among, path) => {
      const names = [...among]
      if (names.includes(name)) return true
      if (!excused.has(name)) findings.push({ path, expected: expectedName(what, name, names) })
      return false
    },
  }
}

/** Reports the second of two items with one name. */
export function checkUnique(rules: Rules, items: readonly { readonly name: string }[], path: Path): void {
  const names = new Set<string>()
  for (const [index, { name }] of items.entries()) {
    if (names.has(name))
      rules.report([...path, index, 'name'], `a name of its own; another item is called ${name}`)
    names.add(name)
  }
}

/** Reports the second of two equal names in a list of references. */
export function checkOnce(rules: Rules, names: readonly string[], path: Path): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) rules.report([...path, index], 'each name once')
  }
}

export function dimensionNames({ dimensions = [] }: DatasetDefinition): readonly string[] {
  return dimensions.map(({ name }) => name)
}

export function knownDimension(rules: Rules, dataset: DatasetDefinition, name: string, path: Path): boolean {
  return rules.known(`a dimension of the dataset ${dataset.name}`, name, dimensionNames(dataset), path)
}
