import type { Dimension } from '../../catalogue/catalogue.ts'
import type { Granularity, OrderInput, TableInput } from '../../catalogue/inputs.ts'
import { badInput } from '../../errors.ts'
import type { Order, Output } from '../../warehouse/select.ts'
import type { Cell, Rows } from '../../warehouse/warehouse.ts'
import { dimensionColumn, metricColumn, type TableAnswer } from '../answers.ts'
import {
  type Asking,
  checkOrder,
  type Plan,
  parseCount,
  parseDimensions,
  parseMetrics,
  type Rowset,
  rowsOf,
  timeDimensionOf,
} from '../asking.ts'
import { columnAt, dimensionValue, numberOrText, statsOf } from '../decode.ts'
import { parseHaving } from '../having.ts'
import { measureOf, requireRowMetric } from '../measure.ts'
import { selectFor } from '../view.ts'
import { keyNames, keyOutputs } from './ranking.ts'
import { type TimeAxis, timeAxis } from './time-axis.ts'

/** The rowset comes with a range where there is a granularity; see analytics.ts. */
export function planTable(asking: Asking, input: TableInput, rowset: Rowset): Plan<TableAnswer> {
  const { metrics, dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
  const dimensions = parseDimensions(
    asking,
    dataset,
    input.dimensions,
    { least: 0, most: 10 },
    'input.dimensions',
  )
  const axis = input.granularity == null ? null : tableAxis(asking, rowset, input.granularity, dimensions)
  const limit = parseCount(input.limit, 100, { least: 1, most: 10_000 }, 'input.limit')
  const offset = parseCount(input.offset, 0, { least: 0, most: 1_000_000 }, 'input.offset')
  const having = parseHaving(asking, dataset, input.having, 'input.having')
  const keys = [...keyNames(dimensions), ...(axis === null ? [] : ['bucket'])]
  const measures = metrics.map((metric, index) => ({
    name: `v${index}`,
    expression: measureOf(dataset, requireRowMetric(metric, `input.metrics.${index}`)),
  }))
  const outputs: Output[] = [
    ...keyOutputs(dataset, dimensions),
    ...(axis === null ? [] : [axis.output]),
    ...measures,
    { name: 'n', expression: { kind: 'row_count' } },
    ...having.outputs,
  ]
  const names = new Map([
    ...dimensions.map((dimension, index) => [dimension.name, `k${index}`] as const),
    ...(axis === null ? [] : [[axis.dimension.name, 'bucket'] as const]),
    ...metrics.map((metric, index) => [metric.name, `v${index}`] as const),
  ])
  const columns = [
    ...dimensions.map(dimensionColumn),
    ...(axis === null ? [] : [dimensionColumn(axis.dimension)]),
    ...metrics.map(metricColumn),
  ]
  return {
    dataset,
    select: selectFor(asking, dataset, {
      outputs,
      where: rowsOf(rowset),
      groupBy: [keys],
      having: having.condition,
      orderBy: orderOf(input.orderBy, names, keys, axis !== null),
      limit,
      offset,
    }),
    read: (rows) => ({
      kind: 'table',
      columns,
      rows: readRows(rows, dimensions, axis, metrics.length),
      rowCount: Number(columnAt(rows, columns.length)[0] ?? 0),
      range: rowset.range,
      stats: statsOf(rows, asking.now),
    }),
  }
}

function tableAxis(
  asking: Asking,
  rowset: Rowset,
  granularity: Granularity,
  dimensions: readonly Dimension[],
): TimeAxis {
  const time = timeDimensionOf(rowset.dataset, 'input.granularity')
  if (dimensions.includes(time)) {
    throw badInput('input.dimensions', `either ${time.name} or a granularity, not both`)
  }
  return timeAxis(asking, rowset, granularity)
}

/** As asked for, then by every key that is left, so that pages neither repeat nor miss a row. */
function orderOf(
  orderBy: readonly OrderInput[] | null | undefined,
  names: ReadonlyMap<string, string>,
  keys: readonly string[],
  hasTime: boolean,
): readonly Order[] {
  const asked = (orderBy ?? []).map(({ by, order }, index): Order => {
    const output = names.get(by)
    if (output === undefined)
      throw badInput(`input.orderBy.${index}.by`, 'a column of the table', [...names.keys()])
    return { output, descending: (order ?? 'DESC') === 'DESC' }
  })
  checkOrder(orderBy)
  const byDefault: readonly Order[] = [
    ...(hasTime ? [{ output: 'bucket', descending: false }] : []),
    { output: 'v0', descending: true },
  ]
  const first = asked.length === 0 ? byDefault : asked
  const rest = keys.filter((key) => !first.some(({ output }) => output === key))
  return [...first, ...rest.map((output) => ({ output, descending: false }))]
}

function readRows(
  rows: Rows,
  dimensions: readonly Dimension[],
  axis: TimeAxis | null,
  metricCount: number,
): TableAnswer['rows'] {
  const readers = [
    ...dimensions.map((dimension) => (cell: Cell | undefined) => dimensionValue(dimension, cell)),
    ...(axis === null ? [] : [(cell: Cell | undefined) => axis.label(Number(cell))]),
    ...Array.from({ length: metricCount }, () => numberOrText),
  ]
  const columns = readers.map((read, index) => columnAt(rows, index).map(read))
  return Array.from({ length: rows.rowCount }, (_, row) => columns.map((column) => column[row] ?? null))
}
