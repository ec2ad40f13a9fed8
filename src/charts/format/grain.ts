import { clockAt } from './bucket.ts'

/** The coarsest grain whose edges all of the instants are: a table does not say which it was asked in. */
export function grainOf(instants: readonly number[], timeZone: string): string {
  const times = [...new Set(instants)].sort((a, b) => a - b)
  const clocks = times.map((time) => clockAt(time, timeZone))
  if (times.length < 2)
    return clocks.every(({ hour, minute }) => hour === 0 && minute === 0) ? 'DAY' : 'MINUTE'
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time))
  const least = Math.min(...gaps)
  if (clocks.some(({ hour, minute }) => minute !== 0 || hour > 1))
    return least >= 3_540_000 ? 'HOUR' : 'MINUTE'
  // A day may start at one o'clock, where the clock was put forward at midnight.
  if (least < 82_800_000 || clocks.some(({ hour }) => hour !== 0 && least < 82_800_000)) return 'HOUR'
  if (!clocks.every(({ day }) => day === 1)) return least >= 6 * 86_400_000 ? 'WEEK' : 'DAY'
  if (clocks.every(({ month }) => month === 1) && least > 300 * 86_400_000) return 'YEAR'
  return clocks.every(({ month }) => month % 3 === 1) && least > 80 * 86_400_000 ? 'QUARTER' : 'MONTH'
}
