import { visibleCatalogue } from '../../src/analytics/visible.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import type { Token } from './reference-cases.ts'
import { scopeFor } from './reference-planner.ts'

/** What the product's lists hold, in the reference's words. */
export function visibleNames(token: Token, catalogue: Catalogue): ReadonlySet<string> {
  const visible = visibleCatalogue(scopeFor(token, catalogue), catalogue)
  const datasets = visible.datasets()
  const dashboards = visible.dashboards()
  return new Set([
    ...datasets.map(({ name }) => `dataset ${name}`),
    ...datasets.flatMap((of) => visible.dimensions(of).map(({ name }) => `dimension ${of.name}.${name}`)),
    ...visible.metrics().map(({ name }) => `metric ${name}`),
    ...dashboards.map(({ name }) => `dashboard ${name}`),
    ...dashboards.flatMap((of) => visible.widgets(of).map(({ name }) => `widget ${of.name}/${name}`)),
  ])
}
