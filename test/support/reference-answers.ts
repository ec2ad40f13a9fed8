import type { LeaderboardInput, TableInput, TimeSeriesInput } from '../../src/catalogue/inputs.ts'
import type { DatasetDefinition, MetricDefinition, ModelDocument } from '../../src/model/document.ts'
import { metricNamed, type Question, type Verdict } from './reference-evaluator.ts'
import { passes } from './reference-filters.ts'
import { type Answer, compared, groupsOf, ordered } from './reference-groups.ts'
import { layersOf, type Viewing } from './reference-layers.ts'
import { typesOf } from './reference-rows.ts'
import { bucketOf, gradeOf, grains, instantText, nextBucket, nowSeconds } from './reference-time.ts'
import type { Cell, Row } from './reference-world.ts'

export function answerOf(viewing: Viewing, question: Question, verdict: Verdict): Answer {
  const { dataset, rows } = verdict
  const making: Making = { document: viewing.document, dataset }
  switch (question.kind) {
    case 'counter':
      return [[figureOf(making, question.input.metric, rows)]]
    case 'leaderboard':
      return leaderboard(making, question.input, rows)
    case 'table':
      return table(making, question.input, rows)
    case 'timeSeries':
      return timeSeries(viewing, question.input, verdict)
    case 'topValues': {
      const groups = groupsOf(rows, [question.input.dimension])
      const lines = groups.map(({ keys, rows: own }) => [...keys, own.length])
      return shownLines(making, [question.input.dimension], ordered(lines, [1], [0])).slice(
        0,
        question.input.limit ?? 20,
      )
    }
    case 'records': {
      const { columns } = question.input
      const lines = rows.map((row) => columns.map((name) => row[name] ?? null))
      const places = columns.map((_, index) => index)
      const time = columns.indexOf(dataset.timeDimension ?? '')
      const latest = time < 0 ? [] : [time]
      const others = places.filter((place) => place !== time)
      return shownLines(making, columns, ordered(lines, latest, others))
    }
  }
}

interface Making {
  readonly document: ModelDocument
  readonly dataset: DatasetDefinition
}

// ── Figures ──────────────────────────────────────────────────────────────────────────────────────

/** Null where a figure of no rows is none. */
export function figureOf(making: Making, name: string, rows: readonly Row[]): number | null {
  const metric = metricNamed(making.dataset, name)
  if (metric.ratio !== undefined) {
    const [numerator, denominator] = metric.ratio.map((part) => figureOf(making, part, rows))
    if (numerator == null || denominator == null || denominator === 0) return null
    return numerator / denominator
  }
  const typeOf = typesOf(making.document, making.dataset)
  const counted = rows.filter((row) => (metric.filters ?? []).every((filter) => passes(filter, row, typeOf)))
  return aggregateOf(metric, counted)
}

function aggregateOf({ aggregate, column = '' }: MetricDefinition, rows: readonly Row[]): number | null {
  if (aggregate === 'count') return rows.length
  const cells = rows.map((row) => row[column] ?? null).filter((cell) => cell !== null)
  if (aggregate === 'count_distinct') return new Set(cells).size
  const values = cells.map(Number)
  const sum = values.reduce((total, value) => total + value, 0)
  if (aggregate === 'sum') return sum
  if (values.length === 0) return null
  switch (aggregate) {
    case 'avg':
      return sum / values.length
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    default:
      throw new Error(`The reference knows no ${aggregate}.`)
  }
}

function shownLines({ document, dataset }: Making, names: readonly string[], lines: Answer): Answer {
  const isTime = names.map((name) => typesOf(document, dataset)(name) === 'time')
  return lines.map((line) =>
    line.map((cell, place) => (isTime[place] && cell !== null ? instantText(Number(cell)) : cell)),
  )
}

// ── Questions ────────────────────────────────────────────────────────────────────────────────────

function leaderboard(making: Making, input: LeaderboardInput, rows: readonly Row[]): Answer {
  const lines = groupsOf(rows, input.dimensions)
    .filter((group) => havingHolds(making, input.having, group.rows))
    .map((group) => [...group.keys, figureOf(making, input.metric, group.rows)])
  const keys = input.dimensions.map((_, index) => index)
  return shownLines(making, input.dimensions, ordered(lines, [keys.length], keys)).slice(0, input.limit ?? 10)
}

function table(making: Making, input: TableInput, rows: readonly Row[]): Answer {
  const { timeDimension = '' } = making.dataset
  const grain = grains.find((one) => one === input.granularity)
  const bucketed = rows.map((row) =>
    grain === undefined ? row : { ...row, [timeDimension]: bucketOf(grain, Number(row[timeDimension])) },
  )
  const names = [...input.dimensions, ...(grain === undefined ? [] : [timeDimension])]
  // A bare table of no rows is one line all the same: the figures of nothing.
  const groups = names.length === 0 ? [{ keys: [], rows: bucketed }] : groupsOf(bucketed, names)
  const lines = groups
    .filter((group) => havingHolds(making, input.having, group.rows))
    .map((group) => [...group.keys, ...input.metrics.map((metric) => figureOf(making, metric, group.rows))])
  const keys = input.dimensions.map((_, index) => index)
  const byBucket =
    grain === undefined
      ? ordered(lines, [names.length], keys)
      : bucketsFirst(lines, { bucket: keys.length, figure: names.length, keys })
  return shownLines(making, names, byBucket).slice(0, input.limit ?? 100)
}

function bucketsFirst(
  lines: Answer,
  { bucket, figure, keys }: { bucket: number; figure: number; keys: readonly number[] },
): Answer {
  const buckets = [...new Set(lines.map((line) => line[bucket] ?? null))].sort(compared)
  return buckets.flatMap((start) =>
    ordered(
      lines.filter((line) => line[bucket] === start),
      [figure],
      keys,
    ),
  )
}

function havingHolds(making: Making, having: LeaderboardInput['having'], rows: readonly Row[]): boolean {
  return (having ?? []).every(({ metric, operator, values }) => {
    const row = { [metric]: figureOf(making, metric, rows) }
    return passes({ dimension: metric, operator, values }, row, () => 'number')
  })
}

/** Every bucket of the range, an empty one after now without figures; without one, from the first row's to the last one's, whole where there is a finest grain. */
function timeSeries(viewing: Viewing, input: TimeSeriesInput, verdict: Verdict): Answer {
  const { dataset, rows } = verdict
  const making: Making = { document: viewing.document, dataset }
  const grain = grains.find((one) => one === input.granularity)
  if (grain === undefined) throw new Error(`The reference knows no ${input.granularity}.`)
  const secondsOf = (row: Row) => Number(row[dataset.timeDimension ?? ''])
  const { start, stop } = verdict.range ?? extentOf(viewing, rows.map(secondsOf))
  const lines: (readonly Cell[])[] = []
  for (let at = bucketOf(grain, start); at < stop; at = nextBucket(grain, at)) {
    const inside = rows.filter((row) => bucketOf(grain, secondsOf(row)) === at)
    const isOpen = at > nowSeconds && inside.length === 0
    const figures = input.metrics.map((name) => (isOpen ? null : figureOf(making, name, inside)))
    lines.push([instantText(at), ...figures])
  }
  return lines
}

function extentOf(viewing: Viewing, seconds: readonly number[]) {
  const finest = Math.max(-1, ...layersOf(viewing).all.map(({ minGranularity }) => gradeOf(minGranularity)))
  const first = seconds.length === 0 ? nowSeconds : Math.min(...seconds)
  const last = seconds.length === 0 ? nowSeconds : Math.max(...seconds)
  const around = grains[finest] ?? (seconds.length === 0 ? 'DAY' : null)
  if (around === null) return { start: first, stop: last + 1 }
  return { start: bucketOf(around, first), stop: nextBucket(around, bucketOf(around, last)) }
}
