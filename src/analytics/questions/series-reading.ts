import type { Granularity, TimeSeriesInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import { TesseraError } from '../../errors.ts'
import { allOf, always, anyOf, type Select } from '../../warehouse/select.ts'
import { type Asking, type Rowset, timeDimensionOf, within } from '../asking.ts'
import { leadOf, longestTrailing, noLead } from '../lead.ts'
import type { TimeRange } from '../time/time-range.ts'
import { type Windows, windowsOf } from '../windows.ts'
import type { WindowRows } from './series-columns.ts'
import { grainOf, type TimeAxis } from './time-axis.ts'

/** The rows that a series reads, and which of them each figure is about. */
export interface SeriesReading {
  readonly where: Select['where']
  readonly current: WindowRows
  readonly compared: WindowRows | null
  readonly lead: TimeRange | null
  readonly comparedLead: TimeRange | null
  /** Why there is no lead where metrics have windows that reach before the range. */
  readonly refusal: TesseraError | null
}

export function readingOf(
  asking: Asking,
  { dataset, range, filters }: Rowset,
  metrics: readonly Metric[],
  { where, current, compared }: Windows,
): SeriesReading {
  const trailing = longestTrailing(metrics)
  const before = compared === null ? null : { own: compared.rows, withLead: compared.rows }
  const { range: lead, refusal } =
    trailing === null || range === null ? noLead : leadOf(asking, range, trailing)
  if (trailing === null || range === null || lead === null) {
    const rows = { own: current, withLead: current }
    return { where, current: rows, compared: before, lead: null, comparedLead: null, refusal }
  }
  const withLead = within(dataset, { ...range, start: lead.start })
  const own = within(dataset, range)
  if (compared === null || before === null) {
    const rows = { own, withLead: always }
    return {
      where: allOf([withLead, filters]),
      current: rows,
      compared: null,
      lead,
      comparedLead: null,
      refusal,
    }
  }
  const { range: comparedLead } = leadOf(asking, compared.range, trailing)
  const start = comparedLead?.start ?? compared.range.start
  const both = { own: compared.rows, withLead: within(dataset, { ...compared.range, start }) }
  return {
    where: allOf([anyOf([withLead, both.withLead]), filters]),
    current: { own, withLead },
    compared: both,
    lead,
    comparedLead,
    refusal,
  }
}

/**
 * Where grants keep back what came before, first figures are unknown; where that is all of a metric's, it is refused.
 * @throws what the lead was refused with
 */
export function checkKnown(
  metrics: readonly Metric[],
  { buckets }: TimeAxis,
  { refusal }: SeriesReading,
): void {
  if (refusal === null) return
  for (const metric of metrics) {
    if (metric.kind !== 'window' || metric.window.kind === 'cumulative') continue
    if (buckets.length < metric.window.count) throw refusal
  }
}

/** @throws NOT_SUPPORTED where the windows overlap, since a row would stand in two buckets */
export function seriesWindows(
  asking: Asking,
  input: TimeSeriesInput,
  rowset: Rowset,
  granularity: Granularity,
): Windows {
  const { dataset, range } = rowset
  if (range === null || input.compareTo == null) return windowsOf(asking, rowset, {})
  const time = timeDimensionOf(dataset, 'input.granularity')
  const windows = windowsOf(asking, rowset, input, grainOf(asking, time, range, granularity))
  if ((windows.compared?.range.stop ?? range.start) <= range.start) return windows
  throw new TesseraError('NOT_SUPPORTED', {
    argument: 'input.compareTo',
    expected: 'a range that ends before its like begins: of at most a year with PREVIOUS_YEAR',
  })
}
