import { Temporal } from 'temporal-polyfill'

export const latencyText =
  'an ISO 8601 duration of at most 31 days, in weeks alone or in days, hours, minutes and seconds: PT6H, P1D'
const longest = 31 * 86_400

/** Whole seconds; null where the text is no such duration. Years and months have no length of their own. */
export function parseLatency(text: string): number | null {
  if (!/^P(?:\d{1,2}W|(?=[\dT])(?:\d{1,2}D)?(?:T(?=\d)(?:\d{1,4}H)?(?:\d{1,5}M)?(?:\d{1,7}S)?)?)$/.test(text))
    return null
  const { weeks, days, hours, minutes, seconds } = Temporal.Duration.from(text)
  const total = (weeks * 7 + days) * 86_400 + hours * 3600 + minutes * 60 + seconds
  return total <= longest ? total : null
}
