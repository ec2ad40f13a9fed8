import type { FunnelData, HistogramData, RetentionData, TableData, WidgetAnswer } from './answers.ts'
import { type ChartContext, chartContext } from './context.ts'
import { type Figures, figureAt } from './figures.ts'
import { figuresOf } from './figures-of.ts'
import { formatCount, formatFigure, formatRatio } from './format/figure.ts'
import { cohortLabel, periodsOf } from './kinds/cohort.ts'
import { stepsOf } from './kinds/funnel.ts'
import { binsOf } from './kinds/histogram.ts'
import { drawTable } from './kinds/table.ts'
import { parseOptions } from './options.ts'
import { pointAt } from './plot/points.ts'
import type { Point } from './point.ts'
import { fill } from './words.ts'

/** The same figures as a table of text: for whoever can't see the picture, and for a file of it. */
export interface BehindTable {
  readonly columns: readonly BehindColumn[]
  readonly rows: readonly (readonly BehindCell[])[]
}

export interface BehindColumn {
  readonly text: string
  readonly isFigure: boolean
}

export interface BehindCell {
  readonly text: string
  /** Of a figure: as the answer has it, for files. */
  readonly value: number | string | null
  readonly at: Point | null
}

export function behindTable(answer: WidgetAnswer, given: Partial<ChartContext> = {}): BehindTable {
  const context = chartContext(given)
  switch (answer.__typename) {
    case 'Counter':
      return ofCounter(answer, context)
    case 'Table':
      return ofTable(answer, context)
    case 'Histogram':
      return ofHistogram(answer, context)
    case 'Funnel':
      return ofFunnel(answer, context)
    case 'Retention':
      return ofRetention(answer, context)
    default: {
      const figures = figuresOf(answer, context)
      return figures === null
        ? { columns: [], rows: [] }
        : ofFigures(figures, headOf(answer, context), context)
    }
  }
}

function ofCounter(
  answer: Extract<WidgetAnswer, { __typename: 'Counter' }>,
  context: ChartContext,
): BehindTable {
  const { metric, value, exactValue, comparison } = answer
  const { locale, words } = context
  const figures = [
    {
      title: metric.title,
      value,
      text: formatFigure(value, metric, locale, exactValue),
      at: { metric: metric.name },
    },
    ...(comparison === null
      ? []
      : [
          {
            title: fill(words.previous, { name: metric.title }),
            value: comparison.value,
            text: formatFigure(comparison.value, metric, locale),
            at: null,
          },
        ]),
  ]
  return {
    columns: figures.map(({ title }) => figureColumn(title)),
    rows: [figures.map(({ text, value: own, at }) => ({ text, value: own, at: own === null ? null : at }))],
  }
}

function headOf(answer: WidgetAnswer, { words }: ChartContext): string {
  if (answer.__typename === 'TimeSeries') return words.time
  if (answer.__typename !== 'Leaderboard') return ''
  return answer.dimensions.map(({ title }) => title).join(' · ')
}

function ofFigures({ categories, series }: Figures, head: string, context: ChartContext): BehindTable {
  const { locale, words } = context
  return {
    columns: [
      keyColumn(head),
      ...series.flatMap(({ name, compared }) => [
        figureColumn(name),
        ...(compared === null ? [] : [figureColumn(fill(words.previous, { name }))]),
      ]),
    ],
    rows: categories.map((category, index) => [
      keyCell(category.label),
      ...series.flatMap((each) => {
        const value = each.values[index] ?? null
        const before = each.compared?.[index] ?? null
        const at = value === null ? null : pointAt(category, each)
        return [
          { text: figureAt(each, index, locale), value: exactOf(each, index) ?? value, at },
          ...(each.compared === null
            ? []
            : [{ text: formatFigure(before, each.metric, locale), value: before, at: null }]),
        ]
      }),
    ]),
  }
}

/** Where a double lacks digits of it. */
function exactOf({ values, exact }: Figures['series'][number], index: number): string | null {
  const text = exact?.[index] ?? null
  return text === null || Number.isSafeInteger(values[index]) || !/^-?\d+$/.test(text) ? null : text
}

function ofTable(answer: TableData, context: ChartContext): BehindTable {
  const table = drawTable({ title: '', answer, options: parseOptions({}), context })
  return {
    columns: table.columns.map(({ text, isKey }) => (isKey ? keyColumn(text) : figureColumn(text))),
    rows: [...table.rows, ...(table.totals === null ? [] : [table.totals])].map((row, index) =>
      row.map(({ text, isKey, at }, place) => {
        const cell = (answer.cells[index] ?? answer.totals ?? [])[place]
        const value = typeof cell === 'number' || typeof cell === 'string' ? cell : null
        return { text, value: isKey ? text : value, at }
      }),
    ),
  }
}

function ofHistogram(answer: HistogramData, context: ChartContext): BehindTable {
  return ofFigures(binsOf(answer, context), answer.dimension.title, context)
}

function ofFunnel(answer: FunnelData, context: ChartContext): BehindTable {
  const { words, locale } = context
  const plain = ofFigures(stepsOf(answer, context), words.step, context)
  const share = (ratio: number | null): BehindCell => ({
    text: ratio === null ? '–' : formatRatio(ratio, locale),
    value: ratio,
    at: null,
  })
  return {
    columns: [...plain.columns, figureColumn(words.fromPrevious), figureColumn(words.fromStart)],
    rows: plain.rows.map((row, index) => {
      const step = answer.steps[index]
      return [...row, share(step?.fromPrevious ?? null), share(step?.fromStart ?? null)]
    }),
  }
}

function ofRetention(answer: RetentionData, context: ChartContext): BehindTable {
  const { words, locale } = context
  const periods = periodsOf(answer)
  return {
    columns: [
      keyColumn(words.cohort),
      figureColumn(words.size),
      ...periods.map((period) => figureColumn(fill(words.period, { number: formatCount(period, locale) }))),
    ],
    rows: answer.cohorts.map((cohort) => [
      keyCell(cohortLabel(cohort, answer, context)),
      { text: formatCount(cohort.size, locale), value: cohort.size, at: { bucket: cohort.start } },
      ...periods.map((period): BehindCell => {
        const count = cohort.returned[period] ?? null
        const share =
          count === null || cohort.size === 0 ? '' : ` (${formatRatio(count / cohort.size, locale)})`
        return {
          text: count === null ? '–' : `${formatCount(count, locale)}${share}`,
          value: count,
          at: count === null ? null : { bucket: cohort.start, period },
        }
      }),
    ]),
  }
}

function keyColumn(text: string): BehindColumn {
  return { text, isFigure: false }
}

function figureColumn(text: string): BehindColumn {
  return { text, isFigure: true }
}

function keyCell(text: string): BehindCell {
  return { text, value: text, at: null }
}
