/** Stretches of the calendar that are over: their figures stand, and no two of one kind overlap. */
export const benchmarkPeriods = [
  'previous_week',
  'previous_month',
  'previous_quarter',
  'previous_year',
] as const
export type BenchmarkPeriod = (typeof benchmarkPeriods)[number]

/** The fewest other tenants that the model may ask for, and how many it asks for where it does not say. */
export const leastTenants = { least: 5, byDefault: 10 } as const

/** The most that one of the other tenants may have of what is measured, as a share of all of it. */
export const mostShare = { most: 0.5, byDefault: 0.25 } as const

/** A metric whose figure a tenant may hold against those of the other tenants. There is none that the model does not name. */
export interface Benchmark {
  readonly name: string
  readonly title: string
  readonly description: string | null
  /** Of a dataset with a tenant column and a time dimension, without row rules. */
  readonly metric: string
  /** At least one; the first is asked for where a guest names none. */
  readonly periods: readonly BenchmarkPeriod[]
  readonly timeZone: string
  readonly minTenants: number
  readonly maxShare: number
  /** The permissions that asking needs; all of them. */
  readonly requires: readonly string[]
}
