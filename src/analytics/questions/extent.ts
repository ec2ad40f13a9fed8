import type { Dataset } from '../../catalogue/catalogue.ts'
import { always } from '../../warehouse/select.ts'
import type { Cell } from '../../warehouse/warehouse.ts'
import { type Asking, type Plan, type Rowset, timeDimensionOf } from '../asking.ts'
import { columnAt } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { startOf } from '../time/calendar.ts'
import type { TimeRange } from '../time/time-range.ts'
import { fromLocal, type Zone } from '../time/zone.ts'
import { selectFor } from '../view.ts'

/** The first and the last whole second with a row, or null; for a date, of the wall clock. */
export type Extent = { readonly first: number; readonly last: number } | null

export function planExtent(asking: Asking, { dataset, filters }: Rowset): Plan<Extent> {
  const time = columnOf(dataset, timeDimensionOf(dataset, 'input.timeRange'))
  const end = (name: 'min' | 'max') =>
    ({ name, expression: { kind: 'time_end', function: name, of: time } }) as const
  return {
    dataset,
    select: selectFor(asking.scope, dataset, {
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

/** From the first row's second to just after the last one's; the current day where there is no row. */
export function extentOf(dataset: Dataset, extent: Extent, zone: Zone, now: number): TimeRange {
  const isDate = timeDimensionOf(dataset, 'input.timeRange').column.type.kind === 'date'
  if (extent === null) {
    const today = startOf('DAY', zone, Math.floor(now / 1_000_000))
    return { start: today * 1_000_000, stop: (today + 86_400) * 1_000_000, zone }
  }
  const start = isDate ? fromLocal(zone, extent.first) : extent.first
  const stop = isDate ? fromLocal(zone, extent.last + 86_400) : extent.last + 1
  return { start: start * 1_000_000, stop: stop * 1_000_000, zone }
}
