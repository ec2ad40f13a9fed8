import type { Dimension } from '../../catalogue/catalogue.ts'
import type { HistogramInput } from '../../catalogue/inputs.ts'
import { badInput, TesseraError } from '../../errors.ts'
import {
  type AggregateExpression,
  allOf,
  always,
  type ColumnReference,
  negate,
  type Predicate,
} from '../../warehouse/select.ts'
import type { Rows } from '../../warehouse/warehouse.ts'
import type { HistogramAnswer, HistogramBin, Stats } from '../answers.ts'
import { type Asking, type Plan, parseCount, parseRowset, type Rowset, rowsOf } from '../asking.ts'
import { type Bins, binsOf } from '../bins/bins.ts'
import { columnAt, statsOf } from '../decode.ts'
import { columnOf } from '../filter.ts'
import { selectFor } from '../view.ts'
import { requireDataset, requireDimension } from '../visible.ts'

export interface HistogramQuestion {
  readonly rowset: Rowset
  readonly dimension: Dimension
  readonly column: ColumnReference
  readonly binsMax: number
}

/** The least and the greatest value; null where there is none. */
export interface Ends {
  readonly ends: { readonly least: string; readonly greatest: string } | null
  readonly stats: Stats
}

/** @throws NOT_FOUND, DIMENSION_NOT_ALLOWED, BAD_USER_INPUT and what the rows are refused with */
export function parseHistogram(asking: Asking, input: HistogramInput): HistogramQuestion {
  const dataset = requireDataset(asking.visible, input.dataset, 'input.dataset')
  const dimension = requireDimension(asking.visible, dataset, input.dimension, 'input.dimension')
  const rowset = parseRowset(asking, dataset, input)
  if (dimension.type !== 'NUMBER') {
    throw badInput('input.dimension', `a dimension of numbers, unlike ${dimension.name}`)
  }
  return {
    rowset,
    dimension,
    column: columnOf(dataset, dimension),
    // One bin could not hold both sides of 0 between readable edges.
    binsMax: parseCount(input.bins, 20, { least: 2, most: 200 }, 'input.bins'),
  }
}

export function planEnds(asking: Asking, question: HistogramQuestion): Plan<Ends> {
  const { rowset, column } = question
  const end = (name: 'min' | 'max') => ({
    name,
    expression: { kind: 'aggregate', function: name, of: column, level: null, where: always } as const,
  })
  return {
    dataset: rowset.dataset,
    select: selectFor(asking, rowset.dataset, {
      outputs: [end('min'), end('max')],
      where: rowsOf(rowset),
      groupBy: [[]],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => {
      const [least, greatest] = [columnAt(rows, 0)[0] ?? null, columnAt(rows, 1)[0] ?? null]
      const ends =
        least === null || greatest === null ? null : { least: String(least), greatest: String(greatest) }
      return { ends, stats: statsOf(rows, asking.now) }
    },
  }
}

/** Rows that came in since the ends were read, and lie beyond them, are left out. */
export function planHistogram(
  asking: Asking,
  question: HistogramQuestion,
  ends: NonNullable<Ends['ends']>,
): Plan<HistogramAnswer> {
  const { rowset, dimension, column, binsMax } = question
  const bins = binsOf({ ...ends, type: column.column.type, unit: dimension.unit, binsMax })
  checkSize(bins)
  return {
    dataset: rowset.dataset,
    select: selectFor(asking, rowset.dataset, {
      outputs: [
        { name: 'bin', expression: { kind: 'bin', of: column, bins: bins.index } },
        { name: 'n', expression: countOfRows },
      ],
      where: allOf([rowsOf(rowset), hasBin(column, bins)]),
      groupBy: [['bin']],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => ({
      kind: 'histogram',
      dimension,
      bins: readBins(rows, bins),
      range: rowset.range,
      stats: statsOf(rows, asking.now),
    }),
  }
}

const countOfRows: AggregateExpression = {
  kind: 'aggregate',
  function: 'count',
  of: null,
  level: null,
  where: always,
}

/** Beyond this the engine's widest integers could wrap. */
const widestWhole = 2n ** 253n

function checkSize({ index }: Bins): void {
  if (index.kind === 'edges') return
  const isWide = [index.first, index.width].some((value) => value > widestWhole || value < -widestWhole)
  if (!isWide) return
  throw new TesseraError('NOT_SUPPORTED', {
    argument: 'input.dimension',
    expected: 'a dimension of numbers with at most 76 digits',
  })
}

/** Before the first edge an engine would count a double in the first bin. */
function hasBin(of: ColumnReference, { index }: Bins): Predicate {
  if (index.kind === 'whole') return negate({ kind: 'is_null', of })
  const [first = 0] = index.edges
  return { kind: 'compare', operator: '>=', of, value: { type: 'Float64', text: String(first) } }
}

function readBins(rows: Rows, { index, edges }: Bins): readonly HistogramBin[] {
  const counts = columnAt(rows, 1)
  const byKey = new Map(columnAt(rows, 0).map((key, row) => [Number(key), Number(counts[row])]))
  return edges.slice(0, -1).map((exactFrom, bin) => {
    const exactTo = edges[bin + 1] ?? exactFrom
    const [from, to] = [exactFrom, exactTo].map(finite)
    const key = index.kind === 'whole' ? bin : from
    return { from: from ?? 0, to: to ?? 0, exactFrom, exactTo, count: byKey.get(key ?? 0) ?? 0 }
  })
}

/** The greatest double stands for what is beyond it. */
function finite(text: string): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(text)))
}
