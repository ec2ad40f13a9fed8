import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { Granularity, OrderInput, TableInput } from '../../catalogue/inputs.ts'
import type { RowMetric } from '../../catalogue/metric.ts'
import { badInput } from '../../errors.ts'
import { always, type Order, type Output } from '../../warehouse/select.ts'
import type { Cell, Rows } from '../../warehouse/warehouse.ts'
import {
  bucketColumn,
  dimensionColumn,
  metricColumn,
  type TableAnswer,
  type TableColumn,
} from '../answers.ts'
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
import { checkCount, type Pivot, type PivotColumn, pivotOf, spreadColumns } from './pivot.ts'
import { keyNames, keyOutputs } from './ranking.ts'
import { type TimeAxis, timeAxis } from './time-axis.ts'

/** A table question, checked but for the values that its pivot finds. */
export interface TableQuestion {
  readonly rowset: Rowset
  readonly metrics: readonly RowMetric[]
  readonly dimensions: readonly Dimension[]
  /** The time along the rows. */
  readonly axis: TimeAxis | null
  readonly pivot: Pivot | null
  readonly input: TableInput
}

/** The rowset comes with a range where there is a granularity; see ask-table.ts. */
export function parseTable(asking: Asking, input: TableInput, rowset: Rowset): TableQuestion {
  const { metrics, dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
  const bounds = { least: 0, most: 10 }
  const dimensions = parseDimensions(asking, dataset, input.dimensions, bounds, 'input.dimensions')
  const axis = input.granularity == null ? null : tableAxis(asking, rowset, input.granularity, dimensions)
  const pivot = pivotOf(asking, rowset, input, axis)
  return {
    rowset,
    metrics: metrics.map((metric, index) => requireRowMetric(metric, `input.metrics.${index}`)),
    dimensions,
    axis: pivot?.time === axis ? null : axis,
    pivot,
    input,
  }
}

/** @param spread the columns of the pivot; null where there is none */
export function planTable(
  asking: Asking,
  question: TableQuestion,
  spread: readonly PivotColumn[] | null,
): Plan<TableAnswer> {
  const { rowset, metrics, dimensions, axis, pivot, input } = question
  const { dataset } = rowset
  checkCount(spread?.length ?? 0, metrics.length)
  const limit = parseCount(input.limit, 100, { least: 1, most: 10_000 }, 'input.limit')
  const offset = parseCount(input.offset, 0, { least: 0, most: 1_000_000 }, 'input.offset')
  const having = parseHaving(asking, dataset, input.having, 'input.having')
  const keys = [...keyNames(dimensions), ...(axis === null ? [] : ['bucket'])]
  const figures = figureColumns(dataset, metrics, spread, input.totals ?? false)
  const outputs: Output[] = [
    ...keyOutputs(dataset, dimensions),
    ...(axis === null ? [] : [axis.output]),
    ...figures.map(({ output }) => output),
    { name: 'n', expression: { kind: 'row_count' } },
    ...having.outputs,
    ...wholeOutputs(dataset, metrics, figures),
  ]
  const countPlace = keys.length + figures.length
  const names = new Map([
    ...dimensions.map((dimension, index) => [dimension.name, `k${index}`] as const),
    ...(axis === null ? [] : [[axis.dimension.name, 'bucket'] as const]),
    ...metrics.map((metric, index) => [metric.name, `v${index}`] as const),
  ])
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
      columns: [
        ...dimensions.map(dimensionColumn),
        ...(axis === null ? [] : [bucketColumn(axis.dimension, axis.grain)]),
        ...figures.map(({ column }) => column),
      ],
      pivot: pivot === null ? [] : spreadColumns(pivot),
      rows: readRows(rows, dimensions, axis, figures.length),
      totals: null,
      rowCount: Number(columnAt(rows, countPlace)[0] ?? 0),
      range: rowset.range,
      stats: statsOf(rows, asking.now),
    }),
  }
}

/** The one row over all groups: computed from the rows, whatever having leaves and a page shows. */
export function planTotals(
  asking: Asking,
  { rowset, metrics, dimensions, axis, input }: TableQuestion,
  spread: readonly PivotColumn[] | null,
): Plan<Pick<TableAnswer, 'stats'> & { readonly totals: TableAnswer['totals'] }> {
  const { dataset } = rowset
  const figures = figureColumns(dataset, metrics, spread, input.totals ?? false)
  const keys = [...dimensions, ...(axis === null ? [] : [axis])].map(() => null)
  return {
    dataset,
    select: selectFor(asking, dataset, {
      outputs: figures.map(({ output }) => output),
      where: rowsOf(rowset),
      groupBy: [[]],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => ({
      totals: [...keys, ...figures.map((_, index) => numberOrText(columnAt(rows, index)[0]))],
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

interface FigureColumn {
  readonly column: TableColumn
  readonly output: Output
}

/** Of a pivot, the metrics of each of its columns and, with totals, those of the whole row. */
function figureColumns(
  dataset: Dataset,
  metrics: readonly RowMetric[],
  spread: readonly PivotColumn[] | null,
  totals: boolean,
): readonly FigureColumn[] {
  const wholes = metrics.map((metric, index) => ({
    column: metricColumn(metric),
    output: { name: `v${index}`, expression: measureOf(dataset, metric) },
  }))
  if (spread === null) return wholes
  const columns = spread.flatMap(({ keys, rows }, place) =>
    metrics.map((metric, index) => ({
      column: { ...metricColumn(metric), pivot: keys },
      output: { name: `p${place}_${index}`, expression: measureOf(dataset, metric, rows) },
    })),
  )
  return totals ? [...columns, ...wholes] : columns
}

/** What rows are ordered by, where it is not shown. */
function wholeOutputs(
  dataset: Dataset,
  metrics: readonly RowMetric[],
  figures: readonly FigureColumn[],
): readonly Output[] {
  return metrics.flatMap((metric, index) => {
    const name = `v${index}`
    const isShown = figures.some(({ output }) => output.name === name)
    return isShown ? [] : [{ name, expression: measureOf(dataset, metric) }]
  })
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
  figureCount: number,
): TableAnswer['rows'] {
  const readers = [
    ...dimensions.map((dimension) => (cell: Cell | undefined) => dimensionValue(dimension, cell)),
    ...(axis === null ? [] : [(cell: Cell | undefined) => axis.label(Number(cell))]),
    ...Array.from({ length: figureCount }, () => numberOrText),
  ]
  const columns = readers.map((read, index) => columnAt(rows, index).map(read))
  return Array.from({ length: rows.rowCount }, (_, row) => columns.map((column) => column[row] ?? null))
}
