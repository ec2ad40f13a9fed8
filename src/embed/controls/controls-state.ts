import { type Granularity, isGranularity } from './permitted.ts'
import { readTimeRange, type TimeRange } from './time-range.ts'

/** A value of a dimension, as the API's Value. */
export type Value = string | number | boolean | null

export type Comparison = 'PREVIOUS_PERIOD' | 'PREVIOUS_YEAR'

/** What the controls of a dashboard say. Plain data, for a host to keep in its own address or storage. */
export interface ControlsState {
  /** Null: the dashboard's own. */
  readonly timeRange: TimeRange | null
  /** Null: what each widget says. */
  readonly compareTo: Comparison | null
  /** Null: what each widget says. */
  readonly granularity: Granularity | null
  /** By the names of the dashboard's filters; one without values is absent. */
  readonly filters: Readonly<Record<string, readonly Value[]>>
}

/** What the controls say in the zone that figures are asked in: days begin when they begin there. */
export type ControlsIn = (timeZone: string) => ControlsState

export const untouched: ControlsState = Object.freeze({
  timeRange: null,
  compareTo: null,
  granularity: null,
  filters: Object.freeze({}),
})

/**
 * Of a host's own value, such as one that was kept in an address. What is missing is untouched; what is there and is not
 * of its form makes the whole null, because a filter that is dropped shows a wider figure.
 */
export function readControlsState(value: unknown): ControlsState | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  if (Object.keys(value).some((name) => !Object.hasOwn(untouched, name))) return null
  const { timeRange, compareTo, granularity, filters } = value as Readonly<Record<string, unknown>>
  const range = timeRange == null ? null : readTimeRange(timeRange)
  const chosen = filters == null ? {} : readFilters(filters)
  if (timeRange != null && range === null) return null
  if (compareTo != null && !isComparison(compareTo)) return null
  if (granularity != null && !isGranularity(granularity)) return null
  if (chosen === null) return null
  return {
    timeRange: range,
    compareTo: isComparison(compareTo) ? compareTo : null,
    granularity: isGranularity(granularity) ? granularity : null,
    filters: chosen,
  }
}

export function isComparison(value: unknown): value is Comparison {
  return value === 'PREVIOUS_PERIOD' || value === 'PREVIOUS_YEAR'
}

/**
 * `{"state":["CA","NV"]}`: lists of values by the names of filters; null where it is anything else. A list that came out
 * empty is refused: as no filter it would show the widest figures of all.
 */
export function readFilters(value: unknown): ControlsState['filters'] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries: [string, readonly Value[]][] = []
  for (const [name, values] of Object.entries(value)) {
    if (!isValues(values)) return null
    entries.push([name, [...new Set(values)]])
  }
  return Object.fromEntries(entries)
}

function isValues(values: unknown): values is readonly Value[] {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    values.every((value) => value === null || ['string', 'number', 'boolean'].includes(typeof value))
  )
}

export function withFilter(state: ControlsState, name: string, values: readonly Value[]): ControlsState {
  const others = Object.entries(state.filters).filter(([other]) => other !== name)
  return { ...state, filters: Object.fromEntries(values.length > 0 ? [...others, [name, values]] : others) }
}

export function sameControls(a: ControlsState, b: ControlsState): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

function inOrder({ timeRange, compareTo, granularity, filters }: ControlsState): unknown {
  const sorted = Object.entries(filters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [timeRange, compareTo, granularity, sorted]
}
