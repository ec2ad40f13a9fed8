import { isDeepStrictEqual } from 'node:util'
import type { ModelChangeEntry } from '../graphql/context.ts'
import type { ModelDocument } from './document.ts'

interface Part {
  readonly kind: string
  /** `flights`, `flights.delay` or `departures/total`: unique among parts of its kind. */
  readonly name: string
  /** The part without the parts inside it, which have entries of their own. */
  readonly definition: unknown
  /** The part that it stands in; empty for the document itself. */
  readonly inside: string
}

/** What applying `after` over `before` adds, changes and removes, in the order of the documents. */
export function describeChange(
  before: ModelDocument | null,
  after: ModelDocument,
): readonly ModelChangeEntry[] {
  const old = new Map((before === null ? [] : partsOf(before)).map((part) => [keyOf(part), part]))
  const current = new Map(partsOf(after).map((part) => [keyOf(part), part]))
  const added = [...current].flatMap(([key, { kind, name, definition }]): ModelChangeEntry[] => {
    const known = old.get(key)
    if (known === undefined) return [{ action: 'ADDED', kind, name }]
    return isDeepStrictEqual(known.definition, definition) ? [] : [{ action: 'CHANGED', kind, name }]
  })
  const removed = [...old]
    .filter(([key]) => !current.has(key))
    .map(([, { kind, name }]): ModelChangeEntry => ({ action: 'REMOVED', kind, name }))
  return [...added, ...reordered(old, current), ...removed]
}

function partsOf({
  dataSources,
  tenancy,
  calendar,
  datasets,
  roles = [],
  policies = [],
  benchmarks = [],
  dashboards = [],
}: ModelDocument): readonly Part[] {
  return [
    ...dataSources.map((source) => partOf('data source', source)),
    ...(tenancy === undefined ? [] : [{ kind: 'tenancy', name: 'tenancy', definition: tenancy, inside: '' }]),
    ...(calendar === undefined
      ? []
      : [{ kind: 'calendar', name: 'calendar', definition: calendar, inside: '' }]),
    ...datasets.flatMap(({ dimensions = [], metrics = [], ...dataset }) => [
      partOf('dataset', dataset),
      ...dimensions.map((dimension) => ({
        ...partOf('dimension', dimension, dataset.name),
        name: `${dataset.name}.${dimension.name}`,
      })),
      ...metrics.map((metric) => partOf('metric', metric, dataset.name)),
    ]),
    ...roles.map((role) => partOf('role', role)),
    ...policies.map((policy) => partOf('policy', policy)),
    ...benchmarks.map((benchmark) => partOf('benchmark', benchmark)),
    ...dashboards.flatMap(({ widgets, ...dashboard }) => [
      partOf('dashboard', dashboard),
      ...widgets.map((widget) => ({
        ...partOf('widget', widget, dashboard.name),
        name: `${dashboard.name}/${widget.name}`,
      })),
    ]),
  ]
}

function partOf(kind: string, definition: { readonly name: string }, inside = ''): Part {
  return { kind, name: definition.name, definition, inside }
}

/** A metric that moves to another dataset is another metric: its name alone does not say what it measures. */
function keyOf({ kind, name, inside }: Part): string {
  return JSON.stringify([kind, inside, name])
}

/** Lists whose lasting parts stand in another order than before: `order of widgets` of a dashboard. */
function reordered(
  before: ReadonlyMap<string, Part>,
  after: ReadonlyMap<string, Part>,
): readonly ModelChangeEntry[] {
  const old = lastingLists(before, after)
  return [...lastingLists(after, before)].flatMap(([list, parts]): ModelChangeEntry[] => {
    const [first] = parts
    if (first === undefined || isDeepStrictEqual(namesOf(old.get(list)), namesOf(parts))) return []
    return [{ action: 'CHANGED', kind: `order of ${first.kind}s`, name: first.inside || 'model' }]
  })
}

/** The parts that the other document has as well, by the list that they stand in. */
function lastingLists(
  parts: ReadonlyMap<string, Part>,
  others: ReadonlyMap<string, Part>,
): ReadonlyMap<string, readonly Part[]> {
  const lists = new Map<string, Part[]>()
  for (const [key, part] of parts) {
    if (!others.has(key)) continue
    const list = JSON.stringify([part.kind, part.inside])
    const known = lists.get(list)
    if (known === undefined) lists.set(list, [part])
    else known.push(part)
  }
  return lists
}

function namesOf(parts: readonly Part[] | undefined): readonly string[] {
  return (parts ?? []).map(({ name }) => name)
}
