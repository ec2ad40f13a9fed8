import { firstSecond, lastSecond } from './zone.ts'

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/**
 * An RFC 3339 instant as microseconds since 1970; null where it is not one, does not exist (February 30), lies
 * outside 1900 to 2299 or is finer than a microsecond.
 */
export function parseInstant(text: string): number | null {
  const match = pattern.exec(text)
  if (match === null) return null
  const [, year, month, date, hours, minutes, seconds, fraction = '', sign, zoneHours, zoneMinutes] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  if (Number(zoneHours ?? 0) > 23 || Number(zoneMinutes ?? 0) > 59) return null
  if (/[1-9]/.test(fraction.slice(6))) return null
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(date),
    Number(hours),
    Number(minutes),
    Number(seconds),
  )
  // Date.UTC reads the years 0 to 99 as 1900 to 1999, and February 30 as March 2.
  const day = new Date(local)
  if (day.getUTCFullYear() !== Number(year) || day.getUTCMonth() !== Number(month) - 1) return null
  if (day.getUTCDate() !== Number(date)) return null
  const offset = (Number(zoneHours ?? 0) * 3600 + Number(zoneMinutes ?? 0) * 60) * (sign === '-' ? -1 : 1)
  const second = local / 1000 - offset
  if (second < firstSecond || second >= lastSecond) return null
  return second * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** RFC 3339 in UTC, with as many digits after the second as it needs: none, three or six. */
export function formatInstant(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  const fraction = micros - seconds * 1_000_000
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  if (fraction === 0) return `${whole}Z`
  const digits = String(fraction).padStart(6, '0')
  return `${whole}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`
}
