/**
 * What one layer of permissions (a role, a policy, a token) grants. A layer can only narrow the one above it: what it
 * does not mention it passes on, and an empty list grants nothing. A new kind of grant is a member here, one in
 * `Permissions`, a claim in payload.ts, and a check where the thing is resolved.
 */
export interface Grants {
  readonly dashboards: NameGrant
  /** `dashboard/widget`, or a widget's name wherever it stands. */
  readonly widgets: NameGrant
  /** The same; these are left out. */
  readonly hiddenWidgets: ReadonlySet<string>
  readonly datasets: NameGrant
  /** `region` in any dataset, or `orders.region` in one; the same for metrics. */
  readonly dimensions: NameGrant
  readonly metrics: NameGrant
  /** What members need that the model marks with `requires`; null where the layer says nothing of it. */
  readonly permissions: NameGrant | null
  readonly lockedFilters: readonly LockedFilter[]
  readonly periods: NameGrant
  /** IANA names of the zones that questions may be asked in. */
  readonly timeZones: NameGrant
  readonly minGranularity: Grain | null
  readonly maxDateRangeDays: number | null
  /** Microseconds since 1970. */
  readonly earliest: number | null
  readonly drillDown: boolean
  readonly export: boolean
  readonly adHoc: boolean
  /** As browsers send them: `https://app.example.com`. */
  readonly origins: NameGrant
  readonly limits: TokenLimits
}

export interface TokenLimits {
  readonly requestsPerMinute: number | null
  readonly concurrentQueries: number | null
}

/** Everything, or exactly these names. */
export type NameGrant = { readonly all: true } | { readonly all: false; readonly names: ReadonlySet<string> }

export const everything: NameGrant = Object.freeze({ all: true })

export function only(names: readonly string[]): NameGrant {
  return Object.freeze({ all: false, names: frozenSet(names) })
}

/** `Object.freeze` alone leaves a Set open. */
export function frozenSet(names: readonly string[]): ReadonlySet<string> {
  const set = new Set(names)
  for (const method of ['add', 'delete', 'clear']) Object.defineProperty(set, method, { value: refuseChange })
  return Object.freeze(set)
}

function refuseChange(): never {
  throw new TypeError('A grant cannot be changed.')
}

/** From the finest to the coarsest. */
export const granularities = [
  'MINUTE',
  'FIVE_MINUTES',
  'FIFTEEN_MINUTES',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
] as const
export type Grain = (typeof granularities)[number]

/** Passes everything on. */
export const unrestricted: Grants = Object.freeze({
  dashboards: everything,
  widgets: everything,
  hiddenWidgets: frozenSet([]),
  datasets: everything,
  dimensions: everything,
  metrics: everything,
  permissions: null,
  lockedFilters: Object.freeze([]),
  periods: everything,
  timeZones: everything,
  minGranularity: null,
  maxDateRangeDays: null,
  earliest: null,
  drillDown: true,
  export: true,
  adHoc: true,
  origins: everything,
  limits: Object.freeze({ requestsPerMinute: null, concurrentQueries: null }),
})

/** A test that every row must pass, whatever the guest asks. Without a dataset it holds for all of them. */
export interface LockedFilter {
  readonly dataset?: string
  readonly dimension: string
  readonly operator: FilterOperator
  readonly values: readonly FilterValue[]
}

export type FilterValue = string | number | boolean | null

export const filterOperators = [
  'EQUALS',
  'NOT_EQUALS',
  'CONTAINS',
  'NOT_CONTAINS',
  'STARTS_WITH',
  'ENDS_WITH',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUALS',
  'LESS_THAN',
  'LESS_THAN_OR_EQUALS',
  'BETWEEN',
  'IS_NULL',
  'IS_NOT_NULL',
] as const

export type FilterOperator = (typeof filterOperators)[number]

/** The most values that one filter may hold. */
export const filterValuesMax = 1000

/** How many values an operator takes. EQUALS with none is a test that no row passes. */
export const valueCounts: Readonly<
  Record<FilterOperator, { readonly least: number; readonly most: number }>
> = {
  EQUALS: { least: 0, most: filterValuesMax },
  NOT_EQUALS: { least: 1, most: filterValuesMax },
  CONTAINS: { least: 1, most: filterValuesMax },
  NOT_CONTAINS: { least: 1, most: filterValuesMax },
  STARTS_WITH: { least: 1, most: filterValuesMax },
  ENDS_WITH: { least: 1, most: filterValuesMax },
  GREATER_THAN: { least: 1, most: 1 },
  GREATER_THAN_OR_EQUALS: { least: 1, most: 1 },
  LESS_THAN: { least: 1, most: 1 },
  LESS_THAN_OR_EQUALS: { least: 1, most: 1 },
  BETWEEN: { least: 2, most: 2 },
  IS_NULL: { least: 0, most: 0 },
  IS_NOT_NULL: { least: 0, most: 0 },
}

export function fitsOperator(operator: FilterOperator, valueCount: number): boolean {
  const { least, most } = valueCounts[operator]
  return valueCount >= least && valueCount <= most
}
