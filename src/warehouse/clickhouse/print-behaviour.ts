import type { BucketsSince, ColumnReference, FirstBucket, FunnelLevel, PeriodExpression } from '../select.ts'
import { printOperand, printPredicate } from './print-predicate.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/** How many ticks of a time column a second has, and the ticks of a row since 1970. */
interface Ticks {
  readonly scale: bigint
  readonly ticks: string
}

/** More than there are steps, so that a step's place fits between two ticks. */
const placesPerTick = 32n
const secondsFrom1900To1970 = 2_208_988_800n

/**
 * windowFunnel takes events of one instant in the order in which they were inserted, so each row is handed over once
 * for each step, under a key of its own: of one tick the later step has the smaller key and can't follow the earlier
 * one, and a step's key lies within the window of the first's exactly where its tick lies within the window.
 */
export function printFunnelLevel(
  { time, steps, within }: FunnelLevel,
  { scale, ticks }: Ticks,
  printing: Printing,
): string {
  if (steps.length === 0 || steps.length > placesPerTick) throw new Error('A funnel has 1 to 32 steps.')
  if (!Number.isSafeInteger(within) || within <= 0) throw new Error('Not a window of microseconds.')
  const key = known(
    time,
    `toUInt64(${ticks} + ${secondsFrom1900To1970 * scale}) * ${placesPerTick}`,
    printing,
  )
  const keys = steps.map((_, index) => `${key} + ${placesPerTick - 1n - BigInt(index)}`)
  const tests = steps.map((step, index) => {
    const test = printPredicate(step, printing, true)
    return `[${steps.map((_, place) => (place === index ? test : 'false')).join(', ')}]`
  })
  const window = ((BigInt(within) * scale) / 1_000_000n) * placesPerTick
  return `windowFunnelArray(${window})(\n  [${[`${keys.join(', ')}]`, ...tests].join(',\n  ')}\n)`
}

/** Rows without a time are left out of such a select, and what is nullable can be no key. */
function known(time: ColumnReference, of: string, printing: Printing): string {
  return printing.nullable(time) ? `ifNull(${of}, 0)` : of
}

export function printFirstBucket({ where }: FirstBucket, bucket: string, printing: Printing): string {
  return `minOrNullIf(${bucket}, ${printPredicate(where, printing)})`
}

/** A bucket counts where its last row that passes is not before the first start. */
export function printBucketsSince(
  { time, where, since }: BucketsSince,
  { bucket, ticks, printing }: { bucket: string; ticks: string; printing: Printing },
): string {
  const tick = known(time, ticks, printing)
  const last = `maxMapIf(map(${known(time, bucket, printing)}, ${tick}), ${printPredicate(where, printing)})`
  const first = `minIf(${tick}, ${printPredicate(since, printing)})`
  return `mapKeys(mapFilter((bucket, last) -> last >= ${first}, ${last}))`
}

export function printPeriod({ of, from, buckets, count }: PeriodExpression, { bind }: Printing): string {
  if (!Number.isSafeInteger(count) || count < 0) throw new Error('Not a count of periods.')
  const list = bind('Array(Int64)', `[${buckets.join(',')}]`)
  const start = `indexOf(${list}, ${quoteIdentifier(from.name)})`
  const later = `arrayMap(bucket -> indexOf(${list}, bucket) - ${start}, ${printOperand(of)})`
  return `arrayJoin(arrayConcat([-1], arrayFilter(distance -> distance < ${count}, ${later})))`
}
