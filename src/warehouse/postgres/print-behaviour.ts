import type { BucketsSince, FirstBucket, FunnelLevel, Output, PeriodExpression } from '../select.ts'
import { printPredicate } from './print-predicate.ts'
import { printBucket, printTicks } from './print-time.ts'
import type { Printing } from './printing.ts'
import { quoteIdentifier } from './quote.ts'

/** One step of the rows of a select: the rows so far, and columns more. */
export interface Layer {
  readonly columns: readonly string[]
  /** Of the window that they name `w`. */
  readonly window: string | null
}

/** @param keys of the groups that an output is about; all of one grouping set */
export function layersOf(
  output: Output,
  place: number,
  keys: readonly string[],
  printing: Printing,
): readonly Layer[] {
  const { expression } = output
  if (expression.kind === 'funnel_level') return funnelLayers(expression, place, keys, printing)
  return expression.kind === 'buckets_since' ? [sinceLayer(expression, place, keys, printing)] : []
}

/**
 * Of each row, when the latest start was from which it can be the next step: the one of the latest row of the step before
 * among those that are strictly earlier. A later start leaves more time, so none but the latest counts.
 */
function funnelLayers(
  { time, steps, within }: FunnelLevel,
  place: number,
  keys: readonly string[],
  printing: Printing,
): readonly Layer[] {
  if (steps.length === 0 || steps.length > 32) throw new Error('A funnel has 1 to 32 steps.')
  if (!Number.isSafeInteger(within) || within <= 0) throw new Error('Not a window of microseconds.')
  const tick = ticksName(place)
  const window = `PARTITION BY ${keys.join(', ')} ORDER BY ${tick} RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING`
  const layers: Layer[] = [{ columns: [`${printTicks(time, printing)} AS ${tick}`], window: null }]
  for (const [index, step] of steps.entries()) {
    const test = printPredicate(step, printing, true)
    const before = `max(${startName(place, index - 1)}) OVER w`
    const column =
      index === 0
        ? `CASE WHEN ${test} THEN ${tick} END`
        : `CASE WHEN ${test} AND ${tick} - ${before} <= ${within} THEN ${before} END`
    layers.push({ columns: [`${column} AS ${startName(place, index)}`], window: index === 0 ? null : window })
  }
  return layers
}

export function printFunnelLevel({ steps }: FunnelLevel, place: number): string {
  const levels = steps.map((_, index) => `WHEN ${startName(place, index)} IS NOT NULL THEN ${index + 1}`)
  return `coalesce(max(CASE ${levels.reverse().join(' ')} ELSE 0 END), 0)`
}

function startName(place: number, step: number): string {
  return quoteIdentifier(`f${place}.${step}`)
}

function ticksName(place: number): string {
  return quoteIdentifier(`f${place}.tick`)
}

function sinceLayer(
  { time, since }: BucketsSince,
  place: number,
  keys: readonly string[],
  printing: Printing,
): Layer {
  const first = `min(${printTicks(time, printing)}) FILTER (WHERE ${printPredicate(since, printing)}) OVER w`
  return { columns: [`${first} AS ${ticksName(place)}`], window: `PARTITION BY ${keys.join(', ')}` }
}

export function printBucketsSince(
  { time, buckets, where }: BucketsSince,
  place: number,
  printing: Printing,
): string {
  const bucket = printBucket(time, buckets, printing)
  const passes = `${printPredicate(where, printing)} AND ${printTicks(time, printing)} >= ${ticksName(place)}`
  return `array_agg(DISTINCT ${bucket}) FILTER (WHERE ${passes})`
}

export function printFirstBucket({ time, buckets, where }: FirstBucket, printing: Printing): string {
  return `min(${printBucket(time, buckets, printing)}) FILTER (WHERE ${printPredicate(where, printing)})`
}

/** As many rows as the list has members. Each bucket is one of all, so that its place is how many are not after it. */
export function printPeriod({ of, from, buckets, count }: PeriodExpression, printing: Printing): string {
  if (!Number.isSafeInteger(count) || count < 0) throw new Error('Not a count of periods.')
  const list = printing.bind('Array(Int64)', `{${buckets.join(',')}}`)
  const distance = `width_bucket(b, ${list}) - width_bucket(${printing.output(from.name)}, ${list})`
  const later = `SELECT ${distance} FROM unnest(${printing.output(of.name)}) AS b WHERE ${distance} < ${count}`
  return `unnest(ARRAY[-1] || ARRAY(${later}))`
}
