import type { GroupKey, MetricInfo } from './answers.ts'
import { formatFigure } from './format/figure.ts'
import type { Point } from './point.ts'

/** An answer as figures by category and series: what lines, bars, slices, heat maps and maps are drawn from. */
export interface Figures {
  /** The start of each category where they are buckets of time, null where they are groups. */
  readonly time: TimeAxis | null
  readonly categories: readonly Category[]
  readonly series: readonly FigureSeries[]
  /** What may lack groups of the answer's question that no other figure holds, so that the others make no whole. */
  readonly lacks?: 'categories' | 'series' | null
}

export interface TimeAxis {
  readonly granularity: string
  readonly timeZone: string
  readonly starts: readonly string[]
}

export interface Category {
  readonly label: string
  readonly keys: readonly GroupKey[]
  readonly isOthers: boolean
  /** Rows may still come. */
  readonly isOpen: boolean
  readonly at: Point
}

export interface FigureSeries {
  /** Tells it from the others, whatever order they come in. */
  readonly key: string
  readonly name: string
  readonly metric: MetricInfo
  readonly isOthers: boolean
  readonly values: readonly (number | null)[]
  /** Their decimal texts, where the answer has them. */
  readonly exact?: readonly (string | null)[]
  readonly compared: readonly (number | null)[] | null
  readonly total: number | null
  readonly at: Point
}

/** A figure as it is told: by every digit that is known. */
export function figureAt({ values, exact, metric }: FigureSeries, index: number, locale: string): string {
  return formatFigure(values[index] ?? null, metric, locale, exact?.[index] ?? null)
}
