import type {
  CounterAnswer,
  FunnelAnswer,
  HistogramAnswer,
  LeaderboardAnswer,
  RetentionAnswer,
  WidgetAnswer,
} from '../analytics/answers.ts'
import { numberOrText } from '../analytics/decode.ts'
import {
  bucketColumn,
  cellOf,
  countColumn,
  type FilledColumn,
  figureColumn,
  keyColumns,
  type Members,
  othersColumns,
  plainColumn,
  shareColumn,
} from './columns.ts'
import { utcClock, wallClockOf } from './dimension-column.ts'
import { anyNumber } from './number-type.ts'
import { seriesColumns } from './series-columns.ts'
import { oneBatch, type Sheet, withUniqueNames } from './sheet.ts'
import { tableColumns } from './table-columns.ts'

/** The answer of a widget or a table as rows and columns: what a viewer sees, each figure by all of its digits. */
export function answerSheet(answer: WidgetAnswer, members: Members): Sheet {
  const filled = columnsOf(answer, members)
  const count = Math.max(0, ...filled.map(({ cells }) => cells.length))
  const rows = Array.from({ length: count }, (_, row) => filled.map(({ cells }) => cells[row] ?? null))
  return {
    columns: withUniqueNames(filled),
    rows: oneBatch(rows),
    zone: answer.range === null ? utcClock : wallClockOf(answer.range.zone),
  }
}

function columnsOf(answer: WidgetAnswer, members: Members): readonly FilledColumn[] {
  switch (answer.kind) {
    case 'counter':
      return counterColumns(answer)
    case 'timeSeries':
      return seriesColumns(answer, members)
    case 'leaderboard':
      return boardColumns(answer, members)
    case 'table':
      return tableColumns(answer, members)
    case 'histogram':
      return histogramColumns(answer)
    case 'funnel':
      return funnelColumns(answer)
    case 'retention':
      return retentionColumns(answer)
  }
}

function counterColumns({ metric, figure, comparison }: CounterAnswer): readonly FilledColumn[] {
  const previous = { name: `${metric.name}_previous`, title: `${metric.title} (previous)` }
  return [
    figureColumn(metric, [cellOf(figure)]),
    ...(comparison === null ? [] : [figureColumn(metric, [cellOf(comparison.figure)], previous)]),
  ]
}

function boardColumns({ metric, rows }: LeaderboardAnswer, members: Members): readonly FilledColumn[] {
  const previous = { name: `${metric.name}_previous`, title: `${metric.title} (previous)` }
  const ranks = rows.map(({ rank }) => rank)
  const before = rows.map(({ comparison }) => cellOf(comparison))
  const compared = rows.some(({ comparison }) => comparison !== null)
  const keys = rows.map((row) => (row.isOthers ? [] : row.keys))
  return [
    countColumn('rank', 'Rank', ranks),
    ...keyColumns(members, metric.dataset, keys),
    ...othersColumns(rows.map(({ isOthers }) => isOthers)),
    figureColumn(
      metric,
      rows.map(({ figure }) => cellOf(figure)),
    ),
    shareColumn(
      'share',
      'Share',
      rows.map(({ share }) => share),
    ),
    ...(compared ? [figureColumn(metric, before, previous)] : []),
  ]
}

/** From is inclusive, to exclusive. */
function histogramColumns({ bins }: HistogramAnswer): readonly FilledColumn[] {
  const edges = (of: readonly string[]) => of.map((text) => numberOrText(text))
  return [
    plainColumn('from', 'From', anyNumber, edges(bins.map(({ exactFrom }) => exactFrom))),
    plainColumn('to', 'To', anyNumber, edges(bins.map(({ exactTo }) => exactTo))),
    countColumn(
      'count',
      'Count',
      bins.map(({ count }) => count),
    ),
  ]
}

function funnelColumns({ steps }: FunnelAnswer): readonly FilledColumn[] {
  const of = <T>(member: (step: FunnelAnswer['steps'][number]) => T) => steps.map(member)
  return [
    plainColumn(
      'step',
      'Step',
      { kind: 'text' },
      of(({ name }) => name),
    ),
    countColumn(
      'count',
      'Count',
      of(({ count }) => count),
    ),
    shareColumn(
      'from_previous',
      'Of the step before',
      of(({ fromPrevious }) => fromPrevious),
    ),
    shareColumn(
      'from_start',
      'Of the first step',
      of(({ fromStart }) => fromStart),
    ),
  ]
}

/** A row for each cohort and a column for each period, as it is drawn. */
function retentionColumns({ cohorts, range, granularity }: RetentionAnswer): readonly FilledColumn[] {
  const periods = Math.max(0, ...cohorts.map(({ returned }) => returned.length))
  const starts = cohorts.map(({ start }) => start)
  return [
    bucketColumn({ name: 'cohort', title: 'Cohort' }, starts, range, granularity),
    countColumn(
      'size',
      'Size',
      cohorts.map(({ size }) => size),
    ),
    ...Array.from({ length: periods }, (_, period) =>
      countColumn(
        `period_${period}`,
        `Period ${period}`,
        cohorts.map(({ returned }) => returned[period] ?? null),
      ),
    ),
  ]
}
