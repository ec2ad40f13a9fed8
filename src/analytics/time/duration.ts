import { Temporal } from 'temporal-polyfill'

const longest = 366 * 86_400_000_000

const pattern = /^P[0-9WDTHMS.]{2,40}$/

export const durationText =
  'an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P7D or PT30M, of at most 366 days'

/** Microseconds; null where it is not a duration, has months or years, is 0, is longer than 366 days or finer than that. */
export function parseDuration(text: string): number | null {
  if (!pattern.test(text)) return null
  const duration = read(text)
  if (duration === null || duration.years !== 0 || duration.months !== 0) return null
  const days = duration.weeks * 7 + duration.days
  const seconds = duration.hours * 3600 + duration.minutes * 60 + duration.seconds
  const fraction = duration.milliseconds * 1000 + duration.microseconds
  const micros = days * 86_400_000_000 + seconds * 1_000_000 + fraction
  return duration.nanoseconds === 0 && micros > 0 && micros <= longest ? micros : null
}

function read(text: string): Temporal.Duration | null {
  try {
    return Temporal.Duration.from(text)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
