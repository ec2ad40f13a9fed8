import { nowSeconds, type ProofCase, type ProofQuestion } from './proof-case.ts'
import { layersOf, type Row } from './proof-reference.ts'
import type { Cell } from './proof-rows.ts'
import { bucketOf, rangeOf } from './proof-time.ts'

/** What comes back of a question, as far as permissions can change it. */
export type ProofAnswer = readonly (readonly Cell[])[]

/** The answer over the rows that a question may see, in plain loops. */
export function answerOf(of: ProofCase, rows: readonly Row[]): ProofAnswer {
  const { question } = of
  switch (question.kind) {
    case 'counter':
      return [question.metrics.map((name) => figure(name, rows))]
    case 'leaderboard':
    case 'table':
      return grouped(question.metrics, question.dimensions, rows).slice(
        0,
        question.kind === 'table' ? 100 : 10,
      )
    case 'topValues':
      return grouped(['sold'], [question.dimension], rows).slice(0, 20)
    case 'records':
      return sorted(rows.map((row) => question.dimensions.map((name) => shown(name, row[name] ?? null))))
    case 'timeSeries':
      return series(of, question, rows)
  }
}

export function sorted(rows: ProofAnswer): ProofAnswer {
  return [...rows].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}

function shown(name: string, cell: Cell): Cell {
  return name === 'at' && cell !== null ? instant(Number(cell)) : cell
}

function instant(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000Z', 'Z')
}

function figure(name: string, rows: readonly Row[]): number | null {
  const numbers = (column: string) => rows.map((row) => Number(row[column]))
  const east = rows.filter(({ region }) => region === 'east').length
  switch (name) {
    case 'sold':
    case 'listed':
      return rows.length
    case 'revenue':
      return numbers('amount').reduce((sum, value) => sum + value, 0)
    case 'profit':
      return numbers('margin').reduce((sum, value) => sum + value, 0)
    case 'best':
      return rows.length === 0 ? null : Math.max(...numbers('amount'))
    case 'places':
      return new Set(rows.map((row) => row.city_id)).size
    case 'east_sold':
      return east
    case 'east_share':
      return rows.length === 0 ? null : east / rows.length
    default:
      throw new Error(`The reference knows no ${name}.`)
  }
}

/** Keys and then figures; the greatest first figure first, ties by the keys, nulls last. */
function grouped(
  metrics: readonly string[],
  dimensions: readonly string[],
  rows: readonly Row[],
): ProofAnswer {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(dimensions.map((name) => row[name] ?? null))
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const lines = [...groups.values()].map((group) => ({
    keys: dimensions.map((name) => group[0]?.[name] ?? null),
    figures: metrics.map((name) => figure(name, group)),
  }))
  lines.sort((one, other) => {
    const byFigure = compareCells(other.figures[0] ?? null, one.figures[0] ?? null)
    if (byFigure !== 0) return byFigure
    return (
      one.keys
        .map((key, index) => compareCells(key, other.keys[index] ?? null))
        .find((order) => order !== 0) ?? 0
    )
  })
  return lines.map(({ keys, figures }) => [
    ...keys.map((key, index) => shown(dimensions[index] ?? '', key)),
    ...figures,
  ])
}

function compareCells(one: Cell, other: Cell): number {
  if (one === other) return 0
  if (one === null) return 1
  if (other === null) return -1
  return one < other ? -1 : 1
}

const step = { HOUR: 3600, DAY: 86_400, WEEK: 7 * 86_400, MONTH: 32 * 86_400 } as const

/** Every bucket of the range, or of the rows' own extent, with its figures. */
function series(
  { model, token }: ProofCase,
  question: Extract<ProofQuestion, { kind: 'timeSeries' }>,
  rows: readonly Row[],
): ProofAnswer {
  const { grain, metrics } = question
  const asked = rangeOf(question.range)
  const finest = layersOf(model, token).flatMap(({ minGranularity }) => minGranularity ?? [])
  const order = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const
  const widest = order.findLast((one) => finest.includes(one))
  const times = rows.map(({ at }) => Number(at))
  const [first, last] =
    times.length === 0 ? [nowSeconds, nowSeconds] : [Math.min(...times), Math.max(...times)]
  const around = widest ?? (times.length === 0 ? 'DAY' : null)
  const start = asked?.start ?? (around === null ? first : bucketOf(around, first))
  const stop =
    asked?.stop ?? (around === null ? last + 1 : bucketOf(around, bucketOf(around, last) + step[around]))
  const lines: (readonly Cell[])[] = []
  for (let at = bucketOf(grain, start); at < stop; at = bucketOf(grain, at + step[grain])) {
    const inside = rows.filter((row) => bucketOf(grain, Number(row.at)) === at)
    const values = metrics.map((name) => (inside.length === 0 ? filler(name) : figure(name, inside)))
    lines.push([instant(at), ...values])
  }
  return lines
}

function filler(name: string): number | null {
  return name === 'best' || name === 'east_share' ? null : 0
}
