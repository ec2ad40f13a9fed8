import type {
  Comparison,
  FilterInput,
  Granularity,
  OrderInput,
  PointInput,
  RecordsInput,
  TableInput,
  TimeRangeInput,
} from '../catalogue/inputs.ts'

type Optional<T> = T | null | undefined

export const exportFormats = ['CSV', 'JSON_LINES', 'PARQUET', 'XLSX', 'SVG'] as const
export type ExportFormat = (typeof exportFormats)[number]

interface Controls {
  /** Of the widget. */
  readonly id: string
  readonly timeRange?: Optional<TimeRangeInput>
  readonly granularity?: Optional<Granularity>
  readonly timeZone?: Optional<string>
  readonly filters?: Optional<readonly FilterInput[]>
}

export interface WidgetExportInput extends Controls {
  readonly compareTo?: Optional<Comparison>
}

export interface DrillDownExportInput extends Controls {
  readonly at?: Optional<PointInput>
  readonly columns?: Optional<readonly string[]>
  readonly orderBy?: Optional<readonly OrderInput[]>
}

export const svgThemes = ['LIGHT', 'DARK'] as const
export const svgDirections = ['LTR', 'RTL'] as const

/** What a picture is like. */
export interface SvgOptionsInput {
  readonly width?: Optional<number>
  readonly height?: Optional<number>
  readonly theme?: Optional<(typeof svgThemes)[number]>
  readonly locale?: Optional<string>
  readonly direction?: Optional<(typeof svgDirections)[number]>
  readonly title?: Optional<boolean>
}

/** Exactly one of `widget`, `drillDown`, `table` and `records`. */
export interface ExportInput {
  readonly format: ExportFormat
  readonly fileName?: Optional<string>
  /** With the format SVG alone. */
  readonly svg?: Optional<SvgOptionsInput>
  readonly widget?: Optional<WidgetExportInput>
  readonly drillDown?: Optional<DrillDownExportInput>
  readonly table?: Optional<TableInput>
  readonly records?: Optional<RecordsInput>
}

/** A download that waits for a minute to be begun, once. */
export interface ExportLink {
  /** The path of the address, with a secret in it: it belongs in no log. */
  readonly url: string
  readonly expiresAt: Date
  readonly fileName: string
}
