import type { Cohort, RetentionData } from '../answers.ts'
import type { ChartPoint, MatrixChart } from '../chart.ts'
import type { ChartContext } from '../context.ts'
import type { Figures } from '../figures.ts'
import { formatBucket } from '../format/bucket.ts'
import { formatCount, formatRatio } from '../format/figure.ts'
import { countMetric, shareMetric } from '../metric.ts'
import type { ChartOptions } from '../options.ts'
import { shadesOf } from '../plot/shades.ts'
import { inkOn } from '../theme.ts'
import { fill } from '../words.ts'
import type { Drawing } from './drawer.ts'

/** A row for each cohort, a field for each period after its start: what share of it came back. */
export function drawCohort({ title, answer, options, context }: Drawing<RetentionData>): MatrixChart {
  const { locale, words } = context
  const isShare = options.show === 'share'
  const { cohorts } = answer
  const values = cohorts.map((cohort) => figuresOf(cohort, isShare))
  const metric = isShare ? shareMetric(words.share) : countMetric(words.count)
  const shades = shadesOf(
    values.flat(),
    metric,
    isShare ? { ...options, min: options.min ?? 0 } : options,
    context,
  )
  const columns = periodsOf(answer).map((period) =>
    fill(words.period, { number: formatCount(period, locale) }),
  )
  return {
    view: 'matrix',
    title,
    summary: summaryOf(title, answer, context),
    corner: words.cohort,
    columns,
    ticks: periodsOf(answer).map((period) => formatCount(period, locale)),
    rows: cohorts.map((cohort, row) => ({
      label: cohortLabel(cohort, answer, context),
      detail: formatCount(cohort.size, locale),
      cells: columns.map((column, period) => {
        const value = values[row]?.[period] ?? null
        const color = shades.colorOf(value)
        return {
          text: value === null ? '' : textOf(value, isShare, options, context),
          color: value === null ? 'transparent' : color,
          ink: inkOn(color),
          point: pointOf(cohort, period, column, { answer, color, context }),
        }
      }),
    })),
    scale: options.legend === 'none' ? null : shades.scale,
  }
}

/** Each cohort as a line along its periods. */
export function retentionLines(
  answer: RetentionData,
  { options, context }: { options: ChartOptions; context: ChartContext },
): Figures {
  const { words, locale } = context
  const isShare = options.show === 'share'
  const metric = isShare ? shareMetric(words.share) : countMetric(words.count)
  return {
    time: null,
    categories: periodsOf(answer).map((period) => ({
      label: fill(words.period, { number: formatCount(period, locale) }),
      keys: [],
      isOthers: false,
      isOpen: false,
      at: { period },
    })),
    series: answer.cohorts.map((cohort) => ({
      key: cohort.start,
      name: cohortLabel(cohort, answer, context),
      metric,
      isOthers: false,
      values: periodsOf(answer).map((period) => figuresOf(cohort, isShare)[period] ?? null),
      compared: null,
      total: null,
      at: { bucket: cohort.start },
    })),
  }
}

export function periodsOf({ cohorts }: RetentionData): readonly number[] {
  const length = Math.max(...cohorts.map(({ returned }) => returned.length), 0)
  return Array.from({ length }, (_, period) => period)
}

export function cohortLabel(
  { start }: Cohort,
  { granularity, axisRange }: RetentionData,
  context: ChartContext,
): string {
  const { locale, words } = context
  const timeZone = context.timeZone ?? axisRange.timeZone
  // A column of weeks needs no word for it in each of its rows.
  return formatBucket(start, { granularity, timeZone, locale, words: { ...words, weekOf: '{date}' } })
}

/** Of a cohort in which no one began there is no share. */
function figuresOf({ size, returned }: Cohort, isShare: boolean): readonly (number | null)[] {
  return returned.map((count) => {
    if (count === null || !isShare) return count
    return size > 0 ? count / size : null
  })
}

function textOf(value: number, isShare: boolean, { labels }: ChartOptions, { locale }: ChartContext): string {
  if (labels === false) return ''
  return isShare ? formatRatio(value, locale) : formatCount(value, locale)
}

function pointOf(
  cohort: Cohort,
  period: number,
  column: string,
  { answer, color, context }: { answer: RetentionData; color: string; context: ChartContext },
): ChartPoint | null {
  const { locale, words } = context
  const count = cohort.returned[period] ?? null
  if (count === null) return null
  const share = cohort.size > 0 ? [{ name: words.share, text: formatRatio(count / cohort.size, locale) }] : []
  return {
    label: `${cohortLabel(cohort, answer, context)} · ${column}`,
    series: words.count,
    text: formatCount(count, locale),
    details: [...share, { name: words.size, text: formatCount(cohort.size, locale) }],
    color,
    at: { bucket: cohort.start, period },
  }
}

function summaryOf(title: string, answer: RetentionData, context: ChartContext): string {
  const { words, locale } = context
  const told = answer.cohorts.slice(0, 3).map((cohort) => {
    const shares = figuresOf(cohort, true).flatMap((share) =>
      share === null ? [] : [formatRatio(share, locale)],
    )
    return `${cohortLabel(cohort, answer, context)}: ${formatCount(cohort.size, locale)}, ${shares.join(', ')}`
  })
  const text = told.length === 0 ? words.noData : `${told.join('; ')}${answer.cohorts.length > 3 ? ' …' : ''}`
  return fill(words.summary, { title, text })
}
