import type { BucketIndex, ColumnReference, Expression } from '../select.ts'
import { printValue } from './print-value.ts'
import type { Printing } from './printing.ts'

/** Since 1970, exact: of a date, those of its midnight as if in UTC. */
export function printSeconds(time: ColumnReference, printing: Printing): string {
  return secondsOf(printValue(time, printing), time)
}

function secondsOf(value: string, { column: { type } }: ColumnReference): string {
  if (type.kind === 'date') return `(((${value}) - '1970-01-01'::date)::bigint * 86400)`
  if (type.kind !== 'instant') throw new Error('A bucket needs a time.')
  return `extract(epoch FROM ${value})`
}

export function printWholeSeconds(time: ColumnReference, printing: Printing): string {
  const seconds = printSeconds(time, printing)
  return time.column.type.kind === 'date' ? seconds : `floor(${seconds})::bigint`
}

/** Microseconds since 1970. */
export function printTicks(time: ColumnReference, printing: Printing): string {
  return `(${printSeconds(time, printing)} * 1000000)::bigint`
}

/** Starts are whole seconds, so a time's own whole second says which bucket it is in. */
export function printBucket(time: ColumnReference, buckets: BucketIndex, printing: Printing): string {
  const { bind } = printing
  const second = printWholeSeconds(time, printing)
  if (buckets.kind === 'edges') {
    const edges = bind('Array(Int64)', `{${buckets.edges.join(',')}}`)
    return `(${edges})[GREATEST(width_bucket(${second}, ${edges}), 1)]`
  }
  const number = (seconds: number) => bind('Int64', String(seconds))
  const parts = buckets.runs.map((run, index) => {
    const next = buckets.runs[index + 1]
    const from = number(run.start)
    const width = number(run.width)
    const start = `${from} + (${second} - ${from}) / ${width} * ${width}`
    return next === undefined ? start : `WHEN ${second} < ${number(next.start)} THEN ${start}`
  })
  const [only = ''] = parts
  if (parts.length === 1) return only
  return `CASE ${parts.slice(0, -1).join(' ')} ELSE ${parts.at(-1)} END`
}

export function printTimeEnd(
  { function: name, of }: Extract<Expression, { kind: 'time_end' }>,
  printing: Printing,
): string {
  const seconds = secondsOf(`${name}(${printValue(of, printing)})`, of)
  return of.column.type.kind === 'date' ? seconds : `floor(${seconds})::bigint`
}
