/** What of `viewer.permissions` bounds the controls. */
export interface Permitted {
  readonly periods: NameGrant
  readonly timeZones: NameGrant
  readonly minGranularity: Granularity | null
  readonly maxDateRangeDays: number | null
  /** RFC 3339. */
  readonly earliest: string | null
}

export interface NameGrant {
  readonly all: boolean
  readonly names: readonly string[]
}

export type Granularity =
  | 'AUTO'
  | 'MINUTE'
  | 'FIVE_MINUTES'
  | 'FIFTEEN_MINUTES'
  | 'HOUR'
  | 'DAY'
  | 'WEEK'
  | 'MONTH'
  | 'QUARTER'
  | 'YEAR'

/** From the finest to the coarsest. */
export const grains = [
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

export type Grain = (typeof grains)[number]

export function isGranularity(value: unknown): value is Granularity {
  return value === 'AUTO' || grains.some((grain) => grain === value)
}

/** Whether figures of this grain are no finer than what the token keeps. */
export function isPermittedGrain(grain: Granularity, { minGranularity }: Permitted): boolean {
  if (minGranularity === null || minGranularity === 'AUTO' || grain === 'AUTO') return true
  return grains.indexOf(grain) >= grains.indexOf(minGranularity)
}
