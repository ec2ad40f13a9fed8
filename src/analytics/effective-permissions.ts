import { everything, type Grain, type LockedFilter, type NameGrant, only } from '../access/grants.ts'
import { intersection } from '../access/permissions.ts'
import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'
import { formatInstant } from './time/instant.ts'
import type { VisibleCatalogue } from './visible.ts'

/** What holds after role, policy and token were intersected, in names that the model has. */
export interface EffectivePermissions {
  readonly dashboards: NameGrant
  readonly datasets: NameGrant
  readonly dimensions: NameGrant
  readonly metrics: NameGrant
  /** Without their values. */
  readonly lockedDimensions: readonly string[]
  readonly periods: NameGrant
  readonly timeZones: NameGrant
  readonly minGranularity: Grain | null
  readonly maxDateRangeDays: number | null
  /** RFC 3339. */
  readonly earliest: string | null
  readonly drillDown: boolean
  readonly export: boolean
  readonly adHoc: boolean
}

export function effectivePermissions(
  { permissions, tenantId }: Scope,
  catalogue: Catalogue,
  visible: VisibleCatalogue,
): EffectivePermissions {
  const { lockedFilters, minGranularity, maxDateRangeDays, earliest, drillDown, adHoc } = permissions
  const dashboards = [...catalogue.dashboards.values()].filter(
    (dashboard) => (dashboard.tenantId ?? tenantId) === tenantId,
  )
  return Object.freeze({
    dashboards: grantOf(dashboards.length, visible.dashboards().map(nameOf)),
    datasets: grantOf(catalogue.datasets.size, visible.datasets().map(nameOf)),
    dimensions: dimensionGrant(catalogue, visible),
    metrics: grantOf(catalogue.metrics.size, visible.metrics().map(nameOf)),
    lockedDimensions: lockedDimensions(lockedFilters, visible),
    periods: intersection(permissions.periods),
    timeZones: intersection(permissions.timeZones),
    minGranularity,
    maxDateRangeDays,
    earliest: earliest === null ? null : formatInstant(earliest),
    drillDown,
    export: permissions.export,
    adHoc,
  })
}

/** Those that the token may name: of the others it does not know. */
function lockedDimensions(filters: readonly LockedFilter[], visible: VisibleCatalogue): readonly string[] {
  const datasets = visible.datasets()
  const names = filters.filter((locked) =>
    datasets.some(
      (dataset) =>
        (locked.dataset ?? dataset.name) === dataset.name &&
        visible.dimension(dataset, locked.dimension) !== null,
    ),
  )
  return [...new Set(names.map(({ dimension }) => dimension))]
}

function grantOf(total: number, names: readonly string[]): NameGrant {
  return names.length === total ? everything : only(names)
}

/** A dimension by its own name where every dataset that has it shows it, else by its dataset's as well. */
function dimensionGrant(catalogue: Catalogue, visible: VisibleCatalogue): NameGrant {
  const datasets = [...catalogue.datasets.values()]
  const shown = visible
    .datasets()
    .map((dataset) => [dataset, visible.dimensions(dataset).map(nameOf)] as const)
  const total = datasets.reduce((sum, { dimensions }) => sum + dimensions.size, 0)
  const count = shown.reduce((sum, [, names]) => sum + names.length, 0)
  if (count === total) return everything
  const owners = countOwners(datasets)
  const seen = new Map<string, number>()
  for (const name of shown.flatMap(([, names]) => names)) seen.set(name, (seen.get(name) ?? 0) + 1)
  const named = ({ name }: Dataset, dimension: string) =>
    seen.get(dimension) === owners.get(dimension) ? dimension : `${name}.${dimension}`
  return only(shown.flatMap(([dataset, names]) => names.map((name) => named(dataset, name))))
}

function countOwners(datasets: readonly Dataset[]): ReadonlyMap<string, number> {
  const owners = new Map<string, number>()
  for (const name of datasets.flatMap(({ dimensions }) => [...dimensions.keys()])) {
    owners.set(name, (owners.get(name) ?? 0) + 1)
  }
  return owners
}

function nameOf(named: { readonly name: string }): string {
  return named.name
}
