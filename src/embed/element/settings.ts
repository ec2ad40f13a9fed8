import { type ControlsIn, isComparison, readControlsState, readFilters } from '../controls/controls-state.ts'
import { isGranularity } from '../controls/permitted.ts'
import { readPeriodText } from '../controls/time-range.ts'
import { type Problem, problem } from '../states/problem.ts'

/** What a host says of the controls, as attributes have it. */
export interface ControlSettings {
  readonly period: string | null
  readonly compare: string | null
  readonly grain: string | null
  /** Lists of values by the names of filters, or the same as JSON. */
  readonly filters: unknown
}

export type Read = { readonly controls: ControlsIn } | { readonly problem: Problem }

/**
 * What a host wants to be seen first. What cannot be read is told and not left out: without it, other figures would be
 * seen than those that the host meant.
 */
export function readSettings(settings: ControlSettings): Read {
  const { period, compare, grain } = settings
  const rangeIn = (timeZone: string) => (period ? readPeriodText(period, timeZone) : null)
  const granularity = grain ? grain.toUpperCase() : null
  const compareTo = compare && compare !== 'none' ? compare.toUpperCase().replaceAll('-', '_') : null
  const filters = readFilters(parsed(settings.filters))
  if (period && rangeIn('UTC') === null) return wrong('period', 'last_30_days, or 2001-03-01/2001-03-31')
  if (granularity !== null && !isGranularity(granularity))
    return wrong('grain', 'day, week, month, quarter …')
  if (compareTo !== null && !isComparison(compareTo)) {
    return wrong('compare', 'none, previous_period or previous_year')
  }
  if (filters === null) return wrong('filters', 'lists with values by the names of filters: {"state":["CA"]}')
  return { controls: (timeZone) => ({ timeRange: rangeIn(timeZone), granularity, compareTo, filters }) }
}

/** What a host had kept of an earlier visit. */
export function readKept(state: unknown): Read {
  const controls = readControlsState(state)
  return controls === null
    ? wrong('controlsState', 'what controlsState was read as')
    : { controls: () => controls }
}

const usualSeconds = 10

/** Seconds between figures; null where none are to come by themselves. */
export type ReadLive = { readonly seconds: number | null } | { readonly problem: Problem }

/** Of an attribute that may stand by its name alone, or of a property of any kind that frameworks set. */
export function readLive(live: unknown): ReadLive {
  if (live == null || live === false || live === 'false') return { seconds: null }
  if (live === true || live === '' || live === 'true') return { seconds: usualSeconds }
  const seconds = Math.round(Number(live))
  return seconds >= 1 && Number.isSafeInteger(seconds) ? { seconds } : wrong('live', 'seconds, from 1')
}

function wrong(argument: string, expected: string): { readonly problem: Problem } {
  return { problem: problem('BAD_USER_INPUT', { argument, expected }) }
}

function parsed(filters: unknown): unknown {
  if (filters === null || filters === undefined || filters === '') return {}
  if (typeof filters !== 'string') return filters
  try {
    return JSON.parse(filters)
  } catch {
    return null
  }
}
