import type { Grain } from '../../access/grants.ts'
import type { Dataset } from '../../catalogue/catalogue.ts'
import { always } from '../../warehouse/select.ts'
import type { Cell } from '../../warehouse/warehouse.ts'
import { type Asking, type Plan, type Rowset, timeDimensionOf } from '../asking.ts'
import { columnAt } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { type Calendar, nextStart, startOf } from '../time/calendar.ts'
import type { TimeRange } from '../time/time-range.ts'
import { fromLocal } from '../time/zone.ts'
import { selectFor } from '../view.ts'

/** The first and the last whole second with a row, or null; for a date, of the wall clock. */
export type Extent = { readonly first: number; readonly last: number } | null

export function planExtent(asking: Asking, { dataset, filters }: Rowset): Plan<Extent> {
  const time = columnOf(dataset, timeDimensionOf(dataset, 'input.timeRange'))
  const end = (name: 'min' | 'max') =>
    ({ name, expression: { kind: 'time_end', function: name, of: time } }) as const
  return {
    dataset,
    select: selectFor(asking, dataset, {
      outputs: [end('min'), end('max')],
      where: filters,
      groupBy: [[]],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => {
      const first = secondOf(columnAt(rows, 0)[0])
      const last = secondOf(columnAt(rows, 1)[0])
      return first === null || last === null ? null : { first, last }
    },
  }
}

function secondOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell)
}

/**
 * From the first row's second to just after the last one's, or the buckets of the finest grain around them; the
 * current day where there is no row.
 */
export function extentOf(
  { scope, now }: Asking,
  dataset: Dataset,
  extent: Extent,
  zone: Calendar,
): TimeRange {
  const isDate = timeDimensionOf(dataset, 'input.timeRange').column.type.kind === 'date'
  const { minGranularity } = scope.permissions
  if (extent === null) return bucketsAround(minGranularity ?? 'DAY', zone, Math.floor(now / 1_000_000))
  const first = isDate ? fromLocal(zone, extent.first) : extent.first
  const last = isDate ? fromLocal(zone, extent.last + 86_400) - 1 : extent.last
  if (minGranularity !== null) return bucketsAround(minGranularity, zone, first, last)
  return { start: first * 1_000_000, stop: (last + 1) * 1_000_000, zone }
}

function bucketsAround(grain: Grain, zone: Calendar, first: number, last = first): TimeRange {
  const start = startOf(grain, zone, first)
  const stop = nextStart(grain, zone, startOf(grain, zone, last))
  return { start: start * 1_000_000, stop: stop * 1_000_000, zone }
}
