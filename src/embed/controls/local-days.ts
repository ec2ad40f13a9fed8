/** A day of a calendar on the wall: 2001-03-25. */
export type LocalDay = string

const dayMs = 86_400_000

export function isLocalDay(text: string): text is LocalDay {
  if (!/^(19|2[012])\d\d-\d\d-\d\d$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

export function addDays(day: LocalDay, count: number): LocalDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10)
}

/** From the first day to the other one: 1 where they follow each other. */
export function daysBetween(first: LocalDay, other: LocalDay): number {
  return Math.round((Date.parse(`${other}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / dayMs)
}

/** The day on the wall of a zone at an instant. */
export function localDay(instant: Date, timeZone: string): LocalDay {
  return wallTime(instant, timeZone).slice(0, 10)
}

/**
 * The first instant of a day in a zone: the earlier one where its midnight comes twice, and where it lacks its midnight
 * the one when the clocks are put on. It is midnight by the clock of before or by that of after.
 */
export function startOfDay(day: LocalDay, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`)
  const [first = wall, second = wall] = [wall - dayMs, wall + dayMs]
    .map((near) => wall - offsetMs(new Date(near), timeZone))
    .sort((a, b) => a - b)
  return new Date(localDay(new Date(first), timeZone) < day ? second : first)
}

function offsetMs(instant: Date, timeZone: string): number {
  const whole = Math.floor(instant.getTime() / 1000) * 1000
  return Date.parse(`${wallTime(instant, timeZone)}Z`) - whole
}

function wallTime(instant: Date, timeZone: string): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '00'
  const year = part('year').padStart(4, '0')
  return `${year}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(timeZone, format)
  return format
}
