const known = new Map<string, Intl.NumberFormat>()

/** Each costs 0.05 ms to make, and there are as many as there are ways to format. What rounds to 0 has no sign. */
export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const found = known.get(key) ?? new Intl.NumberFormat(locale, { signDisplay: 'negative', ...options })
  known.set(key, found)
  return found
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/**
 * In thousands, as networks and disks are sold: 1.5 MB is 1,500,000 bytes.
 * @param digits null for at most `atMost`
 */
export function formatBytes(value: number, digits: number | null, locale: string, atMost = 1): string {
  const last = byteUnits.length - 1
  const digitsIn = (index: number) => digits ?? (index === 0 ? 0 : atMost)
  let index = 0
  while (index < last && rounded(value / 1000 ** index, digitsIn(index)) >= 1000) index += 1
  return inUnit(value / 1000 ** index, byteUnits[index] ?? 'byte', locale, digits, digitsIn(index))
}

/** What a duration may be counted in. */
export const secondsOfUnit: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
}

const durationUnits = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const

/** The two largest units that are not 0; below a minute, seconds with digits. */
export function formatSeconds(value: number, digits: number | null, locale: string, atMost: number): string {
  if (rounded(value, digits ?? atMost) < 60) return inUnit(value, 'second', locale, digits, atMost)
  const size = Math.abs(value)
  const unitsOf = (amount: number) => {
    const first = durationUnits.findIndex(({ seconds }) => amount >= seconds)
    return durationUnits.slice(first, first + 2)
  }
  const least = unitsOf(Math.round(size)).at(-1)?.seconds ?? 1
  let rest = Math.round(size / least) * least
  const amounts = unitsOf(rest).flatMap(({ unit, seconds }) => {
    const amount = Math.floor(rest / seconds)
    rest -= amount * seconds
    return amount === 0 ? [] : [{ unit, amount }]
  })
  return amounts
    .map(({ unit, amount }, index) =>
      inUnit(index === 0 && value < 0 ? -amount : amount, unit, locale, null, 0),
    )
    .join(' ')
}

/** The size as it is written, so that no unit is chosen for a figure that rounds to the next one. */
function rounded(value: number, digits: number): number {
  const power = 10 ** Math.min(Math.max(digits, 0), 20)
  return Math.round(Math.abs(value) * power) / power
}

function inUnit(amount: number, unit: string, locale: string, digits: number | null, atMost: number): string {
  const exactly = digits === null ? null : Math.min(Math.max(Math.trunc(digits), 0), 20)
  return numberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    ...(exactly === null ? {} : { minimumFractionDigits: exactly }),
    maximumFractionDigits: exactly ?? atMost,
  }).format(amount)
}
