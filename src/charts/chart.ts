import type { Drawn } from './drawn.ts'
import type { Point } from './point.ts'
import type { TableChart } from './table-chart.ts'

/** What is drawn: a picture for ECharts, or a plain description that HTML and SVG are made of alike. */
export type Chart = PlotChart | RingChart | NumberChart | TableChart | MatrixChart | MapChart | TextChart

export type PlotPart = 'line' | 'bar'

export interface PlotChart extends Drawn {
  readonly view: 'plot'
  readonly mark: 'line' | 'area' | 'bar'
  /** The parts of ECharts that it is made of. */
  readonly parts: readonly PlotPart[]
  /** For `setOption`. Each item of data holds its point as `at`. */
  readonly option: PlotOption
  readonly legend: Legend | null
  /** Names of the places along the axis. */
  readonly categories: readonly string[]
  readonly series: readonly PlotSeries[]
  /** Along which axis the pointer's place tells the category. */
  readonly pointer: 'x' | 'y'
  readonly isStacked: boolean
}

/** Kept loose: it is handed to ECharts as it is, and only ever made here. */
export type PlotOption = Readonly<Record<string, unknown>>

export interface PlotSeries {
  readonly key: string
  readonly name: string
  readonly color: string
  /** The series of the option that show it, so that a figure's place can be asked for. */
  readonly indexes: readonly number[]
  readonly count: number
  /** Where its mark ends along the axis of values, stacks counted; null without a figure. */
  readonly height: (index: number) => number | null
  /** What is known of one figure; worked out when it is looked at. Null where there is none. */
  readonly point: (index: number) => ChartPoint | null
}

export interface ChartPoint {
  readonly label: string
  readonly series: string
  /** With everything that is known of it: `1,234`, `83.4%, 12% of all`. */
  readonly text: string
  /** Lines below: what it was before, its share. */
  readonly details: readonly { readonly name: string; readonly text: string }[]
  readonly color: string
  /** For `Widget.drillDown(at:)`. */
  readonly at: Point | null
}

export interface Legend {
  readonly place: 'bottom' | 'end'
  readonly entries: readonly LegendEntry[]
}

export interface LegendEntry {
  readonly key: string
  readonly name: string
  readonly color: string
  readonly mark: 'line' | 'dashed' | 'square'
  /** Figures beside the name, as slices have them. */
  readonly texts: readonly string[]
  readonly isHidden: boolean
  /** Whether it can be switched off. */
  readonly canHide: boolean
}

/** Parts of a whole, around its figure. */
export interface RingChart extends Drawn {
  readonly view: 'ring'
  readonly slices: readonly RingSlice[]
  readonly legend: Legend | null
  readonly center: { readonly text: string; readonly caption: string } | null
  readonly isMirrored: boolean
}

export interface RingSlice {
  readonly color: string
  readonly ink: string
  /** Of the whole circle, from 0 to 1. */
  readonly from: number
  readonly to: number
  /** Written on it, where slices are told apart by more than their color; '' otherwise. */
  readonly text: string
  readonly point: ChartPoint | null
}

export interface NumberChart extends Drawn {
  readonly view: 'number'
  readonly text: string
  /** A figure without a value is drawn muted. */
  readonly isEmpty: boolean
  readonly comparison: NumberComparison | null
  readonly goal: NumberGoal | null
  readonly sparkline: Sparkline | null
  readonly at: Point | null
}

export interface NumberComparison {
  readonly direction: 'up' | 'down' | 'flat'
  /** Whether that is good to hear. */
  readonly sentiment: 'good' | 'bad' | 'neutral'
  /** `+4.2%`, or what was added where there is no ratio. */
  readonly text: string
  /** `compared with 1,234`. */
  readonly detail: string
}

export interface NumberGoal {
  readonly label: string
  readonly text: string
  /** How much of it is reached; from 0 to 1, for a bar. */
  readonly ratio: number
  readonly isReached: boolean
}

/** Paths in a box of 100 by 32, stretched to the room there is. */
export interface Sparkline {
  readonly line: string
  readonly area: string
  readonly color: string
}

/** Colored fields in rows and columns. */
export interface MatrixChart extends Drawn {
  readonly view: 'matrix'
  readonly corner: string
  readonly columns: readonly string[]
  /** Short texts over the columns, '' where one has none. */
  readonly ticks: readonly string[]
  readonly rows: readonly MatrixRow[]
  readonly scale: ColorScale | null
}

export interface MatrixRow {
  readonly label: string
  /** Beside the label: the size of a cohort. */
  readonly detail: string | null
  readonly cells: readonly MatrixCell[]
}

export interface MatrixCell {
  readonly text: string
  readonly color: string
  readonly ink: string
  /** As for a plot; null where there is no figure. */
  readonly point: ChartPoint | null
}

export interface ColorScale {
  readonly from: string
  readonly to: string
  readonly fromText: string
  readonly toText: string
}

export interface MapChart extends Drawn {
  readonly view: 'map'
  readonly regions: 'us-states' | 'world'
  /** By the values of the dimension; those that name a shape are drawn in it. */
  readonly places: readonly MapPlace[]
  readonly empty: string
  readonly outline: string
  readonly scale: ColorScale | null
  /** How to say how many figures have no place, `{count}`; they stand in the table behind. */
  readonly missing: string
}

export interface MapPlace {
  /** A name or a code of the shape. */
  readonly name: string
  readonly color: string
  readonly point: ChartPoint
}

export interface TextChart extends Drawn {
  readonly view: 'text'
  readonly blocks: readonly TextBlock[]
}

export interface TextBlock {
  readonly kind: 'heading' | 'paragraph' | 'item'
  readonly spans: readonly TextSpan[]
}

export interface TextSpan {
  readonly text: string
  readonly isStrong: boolean
  readonly isEmphasized: boolean
  /** https: or a path; null for plain text. */
  readonly href: string | null
}
