import type { LeaderboardData, TimeSeriesData, WidgetAnswer } from './answers.ts'
import { finite, keyFormat } from './cells.ts'
import type { ChartContext } from './context.ts'
import type { Figures } from './figures.ts'
import { figuresOfTable } from './figures-of-table.ts'
import { formatBucket } from './format/bucket.ts'
import { formatKeys } from './format/key.ts'
import { groupPoint } from './point.ts'

/** Null where an answer has no categories. */
export function figuresOf(answer: WidgetAnswer, context: ChartContext): Figures | null {
  switch (answer.__typename) {
    case 'TimeSeries':
      return ofTimeSeries(answer, context)
    case 'Leaderboard':
      return ofLeaderboard(answer, context)
    case 'Table':
      return figuresOfTable(answer, context)
    default:
      return null
  }
}

function ofTimeSeries(answer: TimeSeriesData, context: ChartContext): Figures {
  const format = keyFormat(context, answer.axisRange)
  const { granularity, labels } = answer
  const ends = Date.parse(answer.completeUntil)
  const stop = Date.parse(answer.axisRange.stop)
  const severalMetrics = new Set(answer.series.map(({ metric }) => metric.name)).size > 1
  return {
    time: { granularity, timeZone: format.timeZone, starts: labels },
    categories: labels.map((label, index) => {
      const next = labels[index + 1]
      const end = next === undefined ? stop : Date.parse(next)
      return {
        label: formatBucket(label, { ...format, granularity }),
        keys: [],
        isOthers: false,
        isOpen: end > ends,
        at: { bucket: label },
      }
    }),
    lacks: isWholeSeries(answer) ? null : 'series',
    series: answer.series.map((series) => {
      const { metric, group, isOthers } = series
      const groupName = group.length === 0 && !isOthers ? '' : formatKeys(group, isOthers, format)
      const parts =
        groupName === '' ? [metric.title] : severalMetrics ? [metric.title, groupName] : [groupName]
      return {
        key: JSON.stringify([metric.name, isOthers, group.map(({ value }) => value ?? null)]),
        name: parts.join(' · '),
        metric,
        isOthers,
        values: labels.map((_, index) => finite(series.values[index])),
        compared:
          series.comparisonValues === null
            ? null
            : labels.map((_, index) => finite(series.comparisonValues?.[index])),
        total: finite(series.total),
        at: { metric: metric.name, ...groupPoint(group, isOthers) },
      }
    }),
  }
}

function isWholeSeries({ isWhole, series }: TimeSeriesData): boolean {
  return (
    isWhole ?? (series.some(({ isOthers }) => isOthers) || series.every(({ group }) => group.length === 0))
  )
}

function ofLeaderboard({ metric, rows, range, total }: LeaderboardData, context: ChartContext): Figures {
  const format = keyFormat(context, range)
  const isCompared = rows.some(({ comparisonValue }) => comparisonValue !== null)
  return {
    time: null,
    categories: rows.map(({ keys, isOthers }) => ({
      label: formatKeys(keys, isOthers, format),
      keys,
      isOthers,
      isOpen: false,
      at: groupPoint(keys, isOthers),
    })),
    series: [
      {
        key: JSON.stringify([metric.name]),
        name: metric.title,
        metric,
        isOthers: false,
        values: rows.map(({ value }) => finite(value)),
        exact: rows.map(({ exactValue }) => exactValue ?? null),
        compared: isCompared ? rows.map(({ comparisonValue }) => finite(comparisonValue)) : null,
        total: finite(total),
        at: { metric: metric.name },
      },
    ],
  }
}
