/** A width that reads well: `digits` × 10^`exponent`. */
export interface Width {
  readonly digits: bigint
  readonly exponent: number
}

/**
 * Widths in ascending order without end, the first of them at most 10^`exponent`: 1, 2, 2.5 and 5 times a power of ten
 * or, of a duration, what clocks and calendars count in.
 * @param unit of the dimension, such as `s` or `min`
 */
export function* widthsFrom(exponent: number, unit: string | null): Generator<Width, never> {
  const steps = durationSteps(unit ?? '')
  const [first, last] = [steps?.[0], steps?.at(-1)]
  if (steps === null || first === undefined || last === undefined) return yield* decimalsFrom(exponent)
  // What is shorter than a second, or than the dimension's unit, is a decimal of it.
  for (const width of decimalsFrom(exponent)) {
    if (isAtLeast(width, first)) break
    yield width
  }
  for (const digits of steps) yield { digits, exponent: 0 }
  const day = last / longestDays
  for (const width of decimalsFrom(1)) {
    const days = { digits: width.digits * day, exponent: width.exponent }
    if (isAtLeast(days, last + 1n)) yield days
  }
  throw new Error('There is always a greater width.')
}

function* decimalsFrom(exponent: number): Generator<Width, never> {
  for (let power = exponent; ; power++) {
    yield { digits: 1n, exponent: power }
    yield { digits: 2n, exponent: power }
    yield { digits: 25n, exponent: power - 1 }
    yield { digits: 5n, exponent: power }
  }
}

function isAtLeast({ digits, exponent }: Width, whole: bigint): boolean {
  return exponent >= 0
    ? digits * 10n ** BigInt(exponent) >= whole
    : digits >= whole * 10n ** BigInt(-exponent)
}

const unitNames: readonly (readonly [ms: bigint, names: readonly string[]])[] = [
  [1n, ['ms', 'millisecond', 'milliseconds']],
  [1_000n, ['s', 'sec', 'second', 'seconds']],
  [60_000n, ['min', 'minute', 'minutes']],
  [3_600_000n, ['h', 'hour', 'hours']],
  [86_400_000n, ['d', 'day', 'days']],
]

const longestDays = 28n

/** In milliseconds. */
const clockSteps: readonly bigint[] = [
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((seconds) => seconds * 1_000n),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((minutes) => minutes * 60_000n),
  ...[1n, 2n, 3n, 4n, 6n, 12n].map((hours) => hours * 3_600_000n),
  ...[1n, 2n, 7n, 14n, longestDays].map((days) => days * 86_400_000n),
]

/** Whole multiples of the unit; null where it is none of time. */
function durationSteps(unit: string): readonly bigint[] | null {
  const found = unitNames.find(([, names]) => names.includes(unit))
  if (found === undefined) return null
  const [ms] = found
  return clockSteps.filter((step) => step >= ms).map((step) => step / ms)
}
