import type { TableColumn, TableData } from './answers.ts'
import type { ChartContext } from './context.ts'
import { formatKey, type KeyFormat } from './format/key.ts'

export function keyFormat(context: ChartContext, range: { readonly timeZone: string } | null): KeyFormat {
  return {
    locale: context.locale,
    words: context.words,
    timeZone: context.timeZone ?? range?.timeZone ?? 'UTC',
  }
}

/** How the cells of a column of a dimension read. */
export function cellWriter({ granularity }: TableColumn, format: KeyFormat): (cell: unknown) => string {
  return (cell) => formatKey(cell, format, granularity)
}

/** The values that a column of a pivot stands for. */
export function spreadTexts({ pivot }: TableData, column: TableColumn, format: KeyFormat): readonly string[] {
  return column.pivot.map(({ value }, place) => formatKey(value, format, pivot[place]?.granularity ?? null))
}

export function toNumber(cell: unknown): number | null {
  if (typeof cell === 'string') return cell.trim() === '' ? null : finite(Number(cell))
  return typeof cell === 'number' ? finite(cell) : null
}

/** A figure that a double cannot hold comes as text. */
export function exactText(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null
}

export function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
