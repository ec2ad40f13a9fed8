import {
  everything,
  type Grain,
  type Grants,
  granularities,
  type LockedFilter,
  type NameGrant,
  only,
  type TokenLimits,
} from './grants.ts'

/** One source of permissions and what it grants. */
export interface Layer {
  readonly source: 'role' | 'policy' | 'token'
  /** Of the role or policy; null for the token's own grants. */
  readonly name: string | null
  readonly grants: Grants
}

/**
 * What holds for a request: every layer must permit. Names stay as the sets of the layers, so that the work for a
 * request does not grow with what a policy covers.
 */
export interface Permissions {
  /** From the widest to the narrowest. */
  readonly layers: readonly Layer[]
  readonly dashboards: Names
  readonly widgets: Names
  /** A widget in any of them is left out. */
  readonly hiddenWidgets: readonly ReadonlySet<string>[]
  readonly datasets: Names
  readonly dimensions: Names
  readonly metrics: Names
  /** What members marked with `requires` need. */
  readonly permissions: Names
  readonly lockedFilters: readonly LockedFilter[]
  readonly periods: Names
  readonly timeZones: Names
  readonly minGranularity: Grain | null
  readonly maxDateRangeDays: number | null
  /** Microseconds since 1970. */
  readonly earliest: number | null
  readonly drillDown: boolean
  readonly export: boolean
  readonly adHoc: boolean
  readonly origins: Names
  readonly limits: TokenLimits
}

/** A name is granted where each of the sets holds it; where there is none, everything is. */
export type Names = readonly ReadonlySet<string>[]

/** @param layers from the widest to the narrowest */
export function permissionsOf(layers: readonly Layer[]): Permissions {
  const grants = layers.map((layer) => layer.grants)
  return Object.freeze({
    layers: Object.freeze([...layers]),
    dashboards: namesOf(grants.map(({ dashboards }) => dashboards)),
    widgets: namesOf(grants.map(({ widgets }) => widgets)),
    hiddenWidgets: Object.freeze(grants.map(({ hiddenWidgets }) => hiddenWidgets)),
    datasets: namesOf(grants.map(({ datasets }) => datasets)),
    dimensions: namesOf(grants.map(({ dimensions }) => dimensions)),
    metrics: namesOf(grants.map(({ metrics }) => metrics)),
    permissions: heldPermissions(layers),
    lockedFilters: Object.freeze(grants.flatMap(({ lockedFilters }) => lockedFilters)),
    periods: namesOf(grants.map(({ periods }) => periods)),
    timeZones: zonesOf(grants),
    minGranularity: coarsest(grants.map(({ minGranularity }) => minGranularity)),
    maxDateRangeDays: least(grants.map(({ maxDateRangeDays }) => maxDateRangeDays)),
    earliest: latest(grants.map(({ earliest }) => earliest)),
    drillDown: grants.every(({ drillDown }) => drillDown),
    export: grants.every((grant) => grant.export),
    adHoc: grants.every(({ adHoc }) => adHoc),
    origins: namesOf(grants.map(({ origins }) => origins)),
    limits: Object.freeze({
      requestsPerMinute: least(grants.map(({ limits }) => limits.requestsPerMinute)),
      concurrentQueries: least(grants.map(({ limits }) => limits.concurrentQueries)),
    }),
  })
}

export function permits(names: Names, name: string): boolean {
  return names.every((set) => set.has(name))
}

/** Of a member or a widget: by its own name wherever it stands, or by `qualified`, its name in one place. */
export function permitsIn(names: Names, name: string, qualified: () => string): boolean {
  return names.every((set) => set.has(name) || set.has(qualified()))
}

/** The sets as one grant, for whoever is to read them. */
export function intersection(names: Names): NameGrant {
  const [first, ...others] = names
  if (first === undefined) return everything
  return only([...first].filter((name) => permits(others, name)))
}

function namesOf(grants: readonly NameGrant[]): Names {
  return Object.freeze(grants.flatMap((grant) => (grant.all ? [] : [grant.names])))
}

/**
 * Where a layer keeps a finest grain and names no zone, nor does one above it, its buckets are those of UTC: the days of
 * two zones differ by hours, and whoever could choose would read what the grain keeps back as their difference.
 */
function zonesOf(grants: readonly Grants[]): Names {
  const named: NameGrant[] = []
  for (const { timeZones, minGranularity } of grants) {
    if (!timeZones.all) named.push(timeZones)
    else if (minGranularity !== null && named.length === 0) named.push(only(['UTC']))
  }
  return namesOf(named)
}

const none: Names = Object.freeze([only([])].flatMap((grant) => (grant.all ? [] : [grant.names])))

/** The topmost role or policy decides; where it says nothing, or there is none, nothing is held. A token adds none. */
function heldPermissions(layers: readonly Layer[]): Names {
  const [topmost, ...others] = layers.filter(({ source }) => source !== 'token')
  const granted = topmost?.grants.permissions ?? null
  if (granted === null) return none
  return namesOf([granted, ...others.map(({ grants }) => grants.permissions ?? everything)])
}

function coarsest(grains: readonly (Grain | null)[]): Grain | null {
  const places = grains.map((grain) => (grain === null ? -1 : granularities.indexOf(grain)))
  return granularities[Math.max(-1, ...places)] ?? null
}

function least(numbers: readonly (number | null)[]): number | null {
  const set = numbers.filter((number) => number !== null)
  return set.length === 0 ? null : Math.min(...set)
}

function latest(numbers: readonly (number | null)[]): number | null {
  const set = numbers.filter((number) => number !== null)
  return set.length === 0 ? null : Math.max(...set)
}
