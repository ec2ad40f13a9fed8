import type { Grain } from '../../access/grants.ts'
import { badInput } from '../../errors.ts'
import { type Calendar, nominalSeconds, startOf, stepFrom } from './calendar.ts'
import type { TimeRange } from './time-range.ts'
import { firstSecond, lastSecond } from './zone.ts'

const units: ReadonlyMap<string, Grain> = new Map([
  ['minute', 'MINUTE'],
  ['hour', 'HOUR'],
  ['day', 'DAY'],
  ['week', 'WEEK'],
  ['month', 'MONTH'],
  ['quarter', 'QUARTER'],
  ['year', 'YEAR'],
])

/** Whole units of the calendar around the current one. */
export interface Stretch {
  readonly grain: Grain
  /** How many units before the current one it starts. */
  readonly back: number
  readonly count: number
}

/** The contract's Period: a stretch of whole units that moves with the clock. Null where it is not one. */
export function parsePeriod(text: string): Stretch | null {
  if (text === 'today') return { grain: 'DAY', back: 0, count: 1 }
  if (text === 'yesterday') return { grain: 'DAY', back: 1, count: 1 }
  const single = /^(this|previous)_([a-z]+)$/.exec(text)
  if (single !== null) {
    const grain = units.get(single[2] ?? '')
    return grain === undefined ? null : { grain, back: single[1] === 'this' ? 0 : 1, count: 1 }
  }
  const last = /^last_([1-9]\d{0,5})_([a-z]+)s$/.exec(text)
  const grain = units.get(last?.[2] ?? '')
  if (last === null || grain === undefined) return null
  const count = Number(last[1])
  return { grain, back: count - 1, count }
}

/**
 * @param now microseconds since 1970
 * @throws BAD_USER_INPUT
 */
export function resolvePeriod(text: string, zone: Calendar, now: number, argument: string): TimeRange {
  const stretch = parsePeriod(text)
  if (stretch === null) {
    throw badInput(
      argument,
      'a period: today, yesterday, this_<unit>, previous_<unit> or last_<n>_<unit>s, the unit being ' +
        [...units.keys()].join(', '),
    )
  }
  const second = Math.floor(now / 1_000_000)
  if (second - stretch.count * nominalSeconds[stretch.grain] < firstSecond) {
    throw badInput(argument, 'a period that starts after 1900')
  }
  const current = startOf(stretch.grain, zone, second)
  const start = stepFrom(stretch.grain, zone, current, -stretch.back)
  const stop = stepFrom(stretch.grain, zone, current, stretch.count - stretch.back)
  if (stop >= lastSecond) throw badInput(argument, 'a period that ends before 2300')
  return { start: start * 1_000_000, stop: stop * 1_000_000, zone }
}
