import type { FilterValue } from '../../access/grants.ts'
import type { MetricFilterInput, OrderInput, TableInput } from '../../catalogue/inputs.ts'
import { badInput, TesseraError } from '../../errors.ts'
import type { TableAnswer, TableColumn } from '../answers.ts'
import { type Asker, together } from '../asker.ts'
import { checkOrder, parseCount, parseRowset, type Rowset } from '../asking.ts'
import { compareValues } from '../compare-values.ts'
import { figureOf } from '../decode.ts'
import { figureOfNothing } from '../formula.ts'
import { checkTests, passes } from '../having.ts'
import { requireRowMetric } from '../measure.ts'
import { answerTable } from '../questions/ask-table.ts'
import { parseTable } from '../questions/table.ts'
import { inOneGrain, inOneRange } from './axis.ts'
import { type Part, requireConformed } from './parts.ts'

/** Groups of each dataset that are merged here. */
const maxGroups = 10_000

/**
 * One table of several datasets: a statement for each, under its own rules, merged by the keys. Tests, order and pages
 * are of the merged rows, which one dataset alone could not tell.
 * @throws what each of the questions throws, and NOT_SUPPORTED where the datasets do not share a dimension
 */
export async function askSeveralTables(
  asker: Asker,
  input: TableInput,
  parts: readonly Part[],
): Promise<TableAnswer> {
  checkSeveral(asker, input, parts)
  const limit = parseCount(input.limit, 100, { least: 1, most: 10_000 }, 'input.limit')
  const offset = parseCount(input.offset, 0, { least: 0, most: 1_000_000 }, 'input.offset')
  const questions = parts.map((part) => partQuestion(asker, input, part))
  const checked = alike(
    asker,
    input,
    questions,
    questions.map(({ rowset }) => asker.inAnyRange(rowset)),
  )
  for (const { own, rowset } of checked) parseTable(asker.asking, own, rowset)
  const hasTime = input.granularity != null
  const rowsets = await Promise.all(questions.map(({ rowset }) => (hasTime ? asker.bounded(rowset) : rowset)))
  const answers = await Promise.all(
    alike(asker, input, questions, rowsets).map(({ own, rowset }) => answerTable(asker, own, rowset)),
  )
  if (answers.some(({ rowCount }) => rowCount > maxGroups)) {
    throw new TesseraError('QUERY_TOO_LARGE', {
      argument: 'input.dimensions',
      expected: `at most ${maxGroups} groups with metrics of several datasets`,
    })
  }
  const [first] = answers
  if (first === undefined) throw new Error('A table of several datasets has at least one.')
  const keys = first.columns.filter(({ kind }) => kind === 'DIMENSION')
  const columns = [...keys, ...input.metrics.flatMap((name) => columnNamed(answers, name))]
  const rows = mergedRows(parts, input, answers, keys.length)
    .filter((row) => (input.having ?? []).every((test, index) => passesAt(test, row, columns, index)))
    .sort(orderOf(input, columns, keys.length))
  return {
    kind: 'table',
    columns,
    pivot: [],
    rows: rows.slice(offset, offset + limit),
    totals: input.totals === true ? mergedTotals(input, answers, keys.length) : null,
    rowCount: rows.length,
    range: first.range,
    stats: together(answers.map(({ stats }) => stats)),
  }
}

function checkSeveral({ asking }: Asker, input: TableInput, parts: readonly Part[]): void {
  requireConformed(asking, parts, {
    names: input.dimensions,
    argument: 'input.dimensions',
    filters: input.filters,
  })
  const names = parts.map(({ dataset }) => dataset.name).join(' and ')
  if ((input.pivot ?? []).length > 0) {
    const expected = `no pivot with metrics of ${names}`
    throw new TesseraError('NOT_SUPPORTED', { argument: 'input.pivot', expected })
  }
  checkTests(input.having, 'input.having')
  const columns = [...input.dimensions, ...input.metrics]
  for (const [index, { by }] of (input.orderBy ?? []).entries()) {
    const time = input.granularity == null ? [] : [parts[0]?.dataset.timeDimension ?? '']
    if (![...columns, ...time].includes(by))
      throw badInput(`input.orderBy.${index}.by`, 'a column of the table', columns)
  }
  checkOrder(input.orderBy)
  const other = (input.having ?? []).findIndex(({ metric }) => !input.metrics.includes(metric))
  if (other >= 0) {
    throw new TesseraError('NOT_SUPPORTED', {
      argument: `input.having.${other}.metric`,
      expected: `a metric of the table where it has metrics of ${names}`,
      allowed: input.metrics,
    })
  }
}

interface PartQuestion {
  readonly own: TableInput
  readonly rowset: Rowset
}

function partQuestion({ asking }: Asker, input: TableInput, part: Part): PartQuestion {
  const own = {
    ...input,
    metrics: part.metrics.map(({ name }) => name),
    orderBy: null,
    having: null,
    limit: maxGroups,
    offset: 0,
  }
  return { own, rowset: parseRowset(asking, part.dataset, input) }
}

/** With buckets, all over one range and in one grain. */
function alike(
  { asking }: Asker,
  { granularity }: TableInput,
  questions: readonly PartQuestion[],
  rowsets: readonly Rowset[],
): readonly PartQuestion[] {
  if (granularity == null) return questions
  const ranged = inOneRange(rowsets)
  const grain = inOneGrain(asking, ranged, granularity)
  return questions.map(({ own, rowset }, index) => ({
    own: { ...own, granularity: grain },
    rowset: ranged[index] ?? rowset,
  }))
}

function columnNamed(answers: readonly TableAnswer[], name: string): readonly TableColumn[] {
  return answers.flatMap(({ columns }) => columns.filter((column) => column.name === name)).slice(0, 1)
}

type Row = readonly FilterValue[]

/** A dataset that lacks a group has the figures of no rows there. */
function mergedRows(
  parts: readonly Part[],
  { metrics }: TableInput,
  answers: readonly TableAnswer[],
  keyCount: number,
): readonly Row[] {
  const nothing = new Map(
    parts.flatMap((part) =>
      part.metrics.map((metric) => {
        const { exact } = figureOfNothing(requireRowMetric(metric, 'input.metrics'))
        return [metric.name, exact === null ? null : Number(exact)] as const
      }),
    ),
  )
  const rows = new Map<string, { keys: Row; figures: Map<string, FilterValue> }>()
  for (const answer of answers) {
    for (const row of answer.rows) {
      const keys = row.slice(0, keyCount)
      const id = JSON.stringify(keys)
      const found = rows.get(id) ?? { keys, figures: new Map() }
      rows.set(id, found)
      for (const [index, { name }] of answer.columns.slice(keyCount).entries()) {
        found.figures.set(name, row[keyCount + index] ?? null)
      }
    }
  }
  return [...rows.values()].map(({ keys, figures }) => [
    ...keys,
    ...metrics.map((name) => (figures.has(name) ? (figures.get(name) ?? null) : (nothing.get(name) ?? null))),
  ])
}

function mergedTotals(
  { metrics }: TableInput,
  answers: readonly TableAnswer[],
  keyCount: number,
): readonly FilterValue[] {
  const figures = new Map(
    answers.flatMap(({ columns, totals }) =>
      columns.slice(keyCount).map(({ name }, index) => [name, totals?.[keyCount + index] ?? null] as const),
    ),
  )
  return [
    ...Array.from({ length: keyCount }, () => null),
    ...metrics.map((name) => figures.get(name) ?? null),
  ]
}

function passesAt(
  test: MetricFilterInput,
  row: Row,
  columns: readonly TableColumn[],
  index: number,
): boolean {
  const place = columns.findIndex(({ name }) => name === test.metric)
  return passes(test, figureOf(row[place] ?? null), `input.having.${index}`)
}

/** As one dataset's table is ordered: as asked for, by default by time and then by the first metric; then by the keys. */
function orderOf(
  { orderBy, granularity }: TableInput,
  columns: readonly TableColumn[],
  keyCount: number,
): (one: Row, other: Row) => number {
  checkOrder(orderBy)
  const names = columns.map(({ name }) => name)
  const asked = (orderBy ?? []).map(({ by, order }: OrderInput, index) => {
    const place = names.indexOf(by)
    if (place < 0) throw badInput(`input.orderBy.${index}.by`, 'a column of the table', names)
    return { place, descending: (order ?? 'DESC') === 'DESC' }
  })
  const time = granularity == null ? [] : [{ place: keyCount - 1, descending: false }]
  const first = asked.length > 0 ? asked : [...time, { place: keyCount, descending: true }]
  const keys = Array.from({ length: keyCount }, (_, place) => ({ place, descending: false }))
  const rest = keys.filter(({ place }) => !first.some((order) => order.place === place))
  return (one, other) => {
    for (const { place, descending } of [...first, ...rest]) {
      const order = compareCells(columns[place], one[place] ?? null, other[place] ?? null)
      if (order !== 0) return order === 'last' ? 1 : order === 'first' ? -1 : descending ? -order : order
    }
    return 0
  }
}

/** Nulls come last in either direction. */
function compareCells(
  column: TableColumn | undefined,
  one: FilterValue,
  other: FilterValue,
): number | 'first' | 'last' {
  if (one === null || other === null) return one === other ? 0 : one === null ? 'last' : 'first'
  return compareValues(column?.type ?? 'STRING', one, other)
}
