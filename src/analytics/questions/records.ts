import type { FilterValue } from '../../access/grants.ts'
import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { OrderInput, PageInput, RecordsInput } from '../../catalogue/inputs.ts'
import { badInput } from '../../errors.ts'
import { allOf, always, anyOf, type Order, type Predicate } from '../../warehouse/select.ts'
import type { Rows } from '../../warehouse/warehouse.ts'
import { dimensionColumn, type RecordsAnswer } from '../answers.ts'
import {
  type Asking,
  checkOrder,
  type Plan,
  parseCount,
  parseDimensions,
  parseRowset,
  rowsOf,
} from '../asking.ts'
import { columnAt, dimensionValue, statsOf } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { literalOf } from '../literal.ts'
import type { Calendar } from '../time/calendar.ts'
import { selectFor } from '../view.ts'
import { requireDataset } from '../visible.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { keyName, keyOutputs } from './ranking.ts'

/** The rows behind a figure, in place of those of the range and filters, and what tells its pages from others. */
export interface Behind {
  readonly rows: Predicate
  readonly key: string
}

/**
 * Ordered by what was asked for and then by every other column, so that a page's end is a place
 * among the values.
 */
export function planRecords(
  asking: Asking,
  input: RecordsInput,
  page: PageInput,
  behind: Behind | null = null,
): Plan<RecordsAnswer> {
  const first = parseCount(page.first, 50, { least: 1, most: 1_000 }, 'first')
  const { dataset, columns, order, rows: asked } = parseRecords(asking, input, behind)
  const question = JSON.stringify([input, behind?.key])
  const cursor = page.after == null ? null : readCursor(page.after, question, columns.length)
  return {
    dataset,
    select: selectFor(asking, dataset, {
      outputs: keyOutputs(dataset, columns),
      where: cursor === null ? asked : allOf([asked, fromCursor(dataset, columns, order, cursor)]),
      groupBy: null,
      having: always,
      orderBy: order.map(({ index, descending }): Order => ({ output: keyName(index), descending })),
      limit: first + 1,
      offset: cursor?.delivered ?? 0,
    }),
    read: (rows) => ({
      kind: 'records',
      columns: columns.map(dimensionColumn),
      edges: readEdges(rows, columns, question, cursor).slice(0, first),
      hasNextPage: rows.rowCount > first,
      hasPreviousPage: cursor !== null,
      stats: statsOf(rows, asking.now),
    }),
  }
}

/** Records, checked. */
export interface RecordsQuestion {
  readonly dataset: Dataset
  readonly columns: readonly Dimension[]
  readonly zone: Calendar
  readonly rows: Predicate
  /** Every column once. */
  readonly order: readonly OrderedColumn[]
  /** How many columns of the order were asked for, or stand in for what was not. */
  readonly ordered: number
}

export function parseRecords(
  asking: Asking,
  input: RecordsInput,
  behind: Behind | null = null,
): RecordsQuestion {
  const dataset = requireDataset(asking.visible, input.dataset, 'input.dataset')
  const columns = parseDimensions(asking, dataset, input.columns, { least: 1, most: 50 }, 'input.columns')
  const rowset = parseRowset(asking, dataset, input)
  const first = parseOrder(dataset, columns, input.orderBy)
  const rest = columns
    .map((_, index) => index)
    .filter((index) => !first.some((column) => column.index === index))
  const order = [...first, ...rest.map((index) => ({ index, descending: false }))]
  const rows = behind?.rows ?? rowsOf(rowset)
  return { dataset, columns, zone: rowset.zone, rows, order, ordered: first.length }
}

interface OrderedColumn {
  readonly index: number
  readonly descending: boolean
}

/** By default the latest first where the time dimension is among the columns. */
function parseOrder(
  dataset: Dataset,
  columns: readonly Dimension[],
  orderBy: readonly OrderInput[] | null | undefined,
): readonly OrderedColumn[] {
  const asked = (orderBy ?? []).map(({ by, order }, position): OrderedColumn => {
    const index = columns.findIndex((column) => column.name === by)
    const names = columns.map((column) => column.name)
    if (index < 0) throw badInput(`input.orderBy.${position}.by`, 'one of the columns', names)
    return { index, descending: (order ?? 'DESC') === 'DESC' }
  })
  checkOrder(orderBy)
  const time = columns.findIndex((column) => column.name === dataset.timeDimension)
  return asked.length === 0 && time >= 0 ? [{ index: time, descending: true }] : asked
}

/** The rows at the cursor's place and after it, in an order with nulls last. */
function fromCursor(
  dataset: Dataset,
  columns: readonly Dimension[],
  order: readonly OrderedColumn[],
  { values }: Cursor,
): Predicate {
  return order.reduceRight<Predicate>((rest, { index, descending }) => {
    const dimension = columns[index]
    const value = values[index] ?? null
    if (dimension === undefined) return rest
    const of = columnOf(dataset, dimension)
    if (value === null) return allOf([{ kind: 'is_null', of }, rest])
    const literal = literalOf(dimension, value, 'after', Number.POSITIVE_INFINITY)
    return anyOf([
      { kind: 'compare', operator: descending ? '<' : '>', of, value: literal },
      { kind: 'is_null', of },
      allOf([{ kind: 'compare', operator: '=', of, value: literal }, rest]),
    ])
  }, always)
}

function readEdges(
  rows: Rows,
  columns: readonly Dimension[],
  question: string,
  cursor: Cursor | null,
): { cursor: string; node: readonly FilterValue[] }[] {
  const cells = columns.map((dimension, index) =>
    columnAt(rows, index).map((cell) => dimensionValue(dimension, cell)),
  )
  let last = JSON.stringify(cursor?.values)
  let delivered = cursor?.delivered ?? 0
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const values = cells.map((column) => column[row] ?? null)
    const text = JSON.stringify(values)
    delivered = text === last ? delivered + 1 : 1
    last = text
    return { cursor: writeCursor(question, { values, delivered }), node: values }
  })
}
