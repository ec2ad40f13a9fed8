import type { Dimension } from '../../catalogue/catalogue.ts'
import type { TableInput } from '../../catalogue/inputs.ts'
import { badInput, TesseraError } from '../../errors.ts'
import { allOf, always, type Predicate } from '../../warehouse/select.ts'
import { bucketColumn, dimensionColumn, type GroupKey, type Stats, type TableColumn } from '../answers.ts'
import { type Asking, type Plan, type Rowset, rowsOf, within } from '../asking.ts'
import { columnAt, dimensionValue, statsOf } from '../decode.ts'
import { selectFor } from '../view.ts'
import { requireDimension } from '../visible.ts'
import { rangeOfBucket, rowsWith } from './point-rows.ts'
import { keyName, keyNames, keyOutputs } from './ranking.ts'
import type { TimeAxis } from './time-axis.ts'

/** Values that are spread over columns. */
const maxValues = 100
const maxColumns = 400

/** What is spread over columns: dimensions, and the time in its buckets where the question names the time dimension. */
export interface Pivot {
  /** In the order of the question; null stands for the time. */
  readonly by: readonly (Dimension | null)[]
  readonly dimensions: readonly Dimension[]
  readonly time: TimeAxis | null
}

/** One column for each metric: the rows that it is about. */
export interface PivotColumn {
  readonly keys: readonly GroupKey[]
  readonly rows: Predicate
}

/**
 * Null where nothing is spread.
 * @param time the buckets of a question that has a granularity
 * @throws BAD_USER_INPUT, DIMENSION_NOT_ALLOWED
 */
export function pivotOf(
  asking: Asking,
  { dataset }: Rowset,
  input: TableInput,
  time: TimeAxis | null,
): Pivot | null {
  const names = input.pivot ?? []
  if (names.length === 0) return null
  const twice = names.findIndex(
    (name, index) => names.indexOf(name) !== index || input.dimensions.includes(name),
  )
  if (twice >= 0)
    throw badInput(`input.pivot.${twice}`, 'each dimension once, over the columns or along the rows')
  if (names.length > 3) throw badInput('input.pivot', 'at most 3 names')
  const isTime = (name: string) => time !== null && name === time.dimension.name
  const by = names.map((name, index) =>
    isTime(name) ? null : requireDimension(asking.visible, dataset, name, `input.pivot.${index}`),
  )
  return {
    by,
    dimensions: by.filter((dimension) => dimension !== null),
    time: by.includes(null) ? time : null,
  }
}

/** What is spread, in the order of the question. */
export function spreadColumns({ by, time }: Pivot): readonly TableColumn[] {
  return by.flatMap((dimension) => {
    if (dimension !== null) return [dimensionColumn(dimension)]
    return time === null ? [] : [bucketColumn(time.dimension, time.grain)]
  })
}

interface PivotAnswer {
  readonly columns: readonly PivotColumn[]
  readonly stats: Stats
}

/** The combinations of values that there are, in the order of the values, nulls last. */
export function planPivot(asking: Asking, rowset: Rowset, pivot: Pivot): Plan<PivotAnswer> {
  const { dataset } = rowset
  const { dimensions, time } = pivot
  const keys = [...keyNames(dimensions), ...(time === null ? [] : ['bucket'])]
  const order = pivot.by.map((dimension) =>
    dimension === null ? 'bucket' : keyName(dimensions.indexOf(dimension)),
  )
  return {
    dataset,
    select: selectFor(asking, dataset, {
      outputs: [...keyOutputs(dataset, dimensions), ...(time === null ? [] : [time.output])],
      where: rowsOf(rowset),
      groupBy: [keys],
      having: always,
      orderBy: order.map((output) => ({ output, descending: false })),
      limit: maxValues + 1,
      offset: 0,
    }),
    read: (rows) => {
      checkCount(rows.rowCount, 1)
      const cells = dimensions.map((_, index) => columnAt(rows, index))
      const buckets = time === null ? [] : columnAt(rows, dimensions.length)
      const columns = Array.from({ length: rows.rowCount }, (_, row) =>
        columnFor(rowset, pivot, (dimension) =>
          dimension === null
            ? Number(buckets[row])
            : dimensionValue(dimension, cells[dimensions.indexOf(dimension)]?.[row]),
        ),
      )
      return { columns, stats: statsOf(rows, asking.now) }
    },
  }
}

/** Of the time alone: every bucket, whether there are rows or not. */
export function bucketColumns(rowset: Rowset, pivot: Pivot): readonly PivotColumn[] | null {
  if (pivot.time === null || pivot.dimensions.length > 0) return null
  checkCount(pivot.time.buckets.length, 1)
  return pivot.time.buckets.map((bucket) => columnFor(rowset, pivot, () => bucket))
}

/** @throws QUERY_TOO_LARGE */
export function checkCount(values: number, metrics: number): void {
  if (values <= maxValues && values * metrics <= maxColumns) return
  throw new TesseraError('QUERY_TOO_LARGE', {
    argument: 'input.pivot',
    expected: `at most ${maxValues} values to spread over columns, and ${maxColumns} columns with all metrics; filter them, or let a dimension go along the rows`,
  })
}

function columnFor(
  rowset: Rowset,
  pivot: Pivot,
  valueAt: (dimension: Dimension | null) => GroupKey['value'],
): PivotColumn {
  const parts = pivot.by.map((dimension) => {
    const value = valueAt(dimension)
    return dimension === null
      ? bucketKey(rowset, pivot.time, Number(value))
      : {
          key: { dimension: dimension.name, value },
          rows: rowsWith(rowset.dataset, dimension, value, 'input.pivot'),
        }
  })
  return { keys: parts.map(({ key }) => key), rows: allOf(parts.map(({ rows }) => rows)) }
}

function bucketKey(
  rowset: Rowset,
  time: TimeAxis | null,
  bucket: number,
): { key: GroupKey; rows: Predicate } {
  if (time === null) throw new Error('A bucket needs a time axis.')
  const label = time.label(bucket)
  const rows = within(rowset.dataset, rangeOfBucket(time, label, 'input.pivot'))
  return { key: { dimension: time.dimension.name, value: label }, rows }
}
