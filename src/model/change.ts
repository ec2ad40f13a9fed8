import { isDeepStrictEqual } from 'node:util'
import { widgetKey } from '../catalogue/catalogue.ts'
import type { ModelChangeEntry } from '../graphql/context.ts'
import type { ModelDocument } from './document.ts'

/** What a model becomes: every part that one has and the other lacks or spells differently, in the document's order. */
export function describeChange(
  before: ModelDocument | null,
  after: ModelDocument,
): readonly ModelChangeEntry[] {
  const old = partsOf(before)
  const next = partsOf(after)
  const removed = [...old.values()].filter(({ id }) => !next.has(id))
  return [
    ...removed.map(({ kind, name }) => ({ action: 'REMOVED' as const, kind, name })),
    ...[...next.values()].flatMap(({ id, kind, name, definition }): ModelChangeEntry[] => {
      const known = old.get(id)
      if (known === undefined) return [{ action: 'ADDED', kind, name }]
      return isDeepStrictEqual(known.definition, definition) ? [] : [{ action: 'CHANGED', kind, name }]
    }),
  ]
}

interface Part {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly definition: unknown
}

/** Each part without the parts inside it, which stand on their own; of those it keeps the order. */
function partsOf(document: ModelDocument | null): ReadonlyMap<string, Part> {
  if (document === null) return new Map()
  const { dataSources, tenancy, datasets, dashboards = [] } = document
  const parts: Part[] = [
    ...dataSources.map((source) => part('dataSource', source.name, source)),
    ...(tenancy === undefined ? [] : [part('tenancy', 'tenancy', tenancy)]),
    ...datasets.flatMap(({ metrics = [], ...dataset }) => [
      part('dataset', dataset.name, dataset),
      ...metrics.map((metric) => part('metric', metric.name, { ...metric, dataset: dataset.name })),
    ]),
    ...dashboards.flatMap(({ widgets, ...dashboard }) => [
      part('dashboard', dashboard.name, dashboard),
      ...widgets.map((widget) => part('widget', widgetKey(dashboard.name, widget.name), widget)),
    ]),
  ]
  return new Map(parts.map((found) => [found.id, found]))
}

function part(kind: string, name: string, definition: unknown): Part {
  return { id: `${kind} ${name}`, kind, name, definition }
}
