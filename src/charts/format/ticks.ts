import type { TimeAxis } from '../figures.ts'
import { type Clock, clockAt, dateFormat } from './bucket.ts'

/**
 * The texts along an axis of time, by its buckets; '' for those that have none. As many as have room, and where
 * people look for them: the starts of hours, days, months and years rather than every nth bucket.
 */
export function timeTicks(axis: TimeAxis, width: number, locale: string): readonly string[] {
  const times = axis.starts.map((start) => Date.parse(start))
  const clocks = times.map((time) => clockAt(Number.isFinite(time) ? time : 0, axis.timeZone))
  const most = Math.max(2, Math.floor(width / 72))
  const step = stepsFor(axis.granularity).find(({ starts }) => countOf(clocks, starts) <= most) ?? null
  const starts = step?.starts ?? everyNth(Math.ceil(times.length / most))
  const written = step?.written ?? longNames[axis.granularity] ?? 'day'
  let before: Clock | null = null
  return times.map((time, index) => {
    const clock = clocks[index]
    if (clock === undefined || !starts(clock, clocks[index - 1] ?? null, index)) return ''
    const options = optionsFor(written, clock, before)
    before = clock
    return dateFormat(locale, axis.timeZone, options).format(time)
  })
}

const longNames: Readonly<Record<string, Written>> = { YEAR: 'year', QUARTER: 'month', MONTH: 'month' }

type Starts = (clock: Clock, before: Clock | null, index: number) => boolean
type Written = 'time' | 'day' | 'month' | 'year'

interface Step {
  readonly starts: Starts
  readonly written: Written
}

const hours = (every: number): Step => ({
  starts: ({ hour, minute }, before) =>
    hour % every === 0 && (minute === 0 || (before !== null && before.hour !== hour)),
  written: 'time',
})
const minutes = (every: number): Step => ({ starts: ({ minute }) => minute % every === 0, written: 'time' })
const days: Step = {
  starts: ({ day }, before) => before === null || before.day !== day,
  written: 'day',
}
/** Within months: 1, 8, 15, 22 and, with the 29th left out, never two side by side. */
const sevenths: Step = { starts: ({ day, hour }) => day % 7 === 1 && day < 29 && hour < 2, written: 'day' }
const firstMonths = (every: number): Step => ({
  starts: ({ month, day }, before) =>
    (month - 1) % every === 0 && (before === null ? day === 1 : before.month !== month),
  written: 'month',
})
const years = (every: number): Step => ({
  starts: ({ year, month, day }, before) =>
    year % every === 0 && (before === null ? month === 1 && day === 1 : before.year !== year),
  written: 'year',
})
const nth = (every: number, written: Written): Step => ({ starts: everyNth(every), written })

function everyNth(every: number): Starts {
  return (_clock, _before, index) => index % Math.max(every, 1) === 0
}

const longSteps = [
  firstMonths(1),
  firstMonths(2),
  firstMonths(3),
  firstMonths(6),
  years(1),
  years(2),
  years(5),
  years(10),
]
const dayStepsOfClock = [days, sevenths]

function stepsFor(granularity: string): readonly Step[] {
  switch (granularity) {
    case 'YEAR':
      return [nth(1, 'year'), years(2), years(5), years(10), years(25)]
    case 'QUARTER':
    case 'MONTH':
      return [
        nth(1, 'month'),
        firstMonths(2),
        firstMonths(3),
        firstMonths(6),
        years(1),
        years(2),
        years(5),
        years(10),
      ]
    case 'WEEK':
      return [nth(1, 'day'), nth(2, 'day'), nth(4, 'day'), ...longSteps]
    case 'DAY':
      return [nth(1, 'day'), nth(2, 'day'), sevenths, ...longSteps]
    case 'HOUR':
      return [hours(1), hours(3), hours(6), hours(12), ...dayStepsOfClock, ...longSteps]
    default:
      return [
        ...[1, 5, 10, 15, 30].map(minutes),
        ...[1, 3, 6, 12].map(hours),
        ...dayStepsOfClock,
        ...longSteps,
      ]
  }
}

/** At least two, because a single one says nothing of the scale. */
function countOf(clocks: readonly Clock[], starts: Starts): number {
  const count = clocks.filter((clock, index) => starts(clock, clocks[index - 1] ?? null, index)).length
  return count < Math.min(2, clocks.length) ? Number.POSITIVE_INFINITY : count
}

/** What changed since the tick before is written, and all that a first one needs. */
function optionsFor(written: Written, clock: Clock, before: Clock | null): Intl.DateTimeFormatOptions {
  const isNewYear = before === null || before.year !== clock.year
  switch (written) {
    case 'year':
      return { year: 'numeric' }
    case 'month':
      return isNewYear ? { month: 'short', year: 'numeric' } : { month: 'short' }
    case 'day':
      return { month: 'short', day: 'numeric' }
    case 'time': {
      const isNewDay = before === null || before.day !== clock.day || before.month !== clock.month
      return isNewDay
        ? { month: 'short', day: 'numeric', ...(clock.hour === 0 ? {} : { hour: 'numeric' }) }
        : { hour: 'numeric', minute: '2-digit' }
    }
  }
}
