import type { Format } from '../catalogue/metric.ts'
import type { Cell } from '../warehouse/warehouse.ts'

/** What every format of a file is written from: columns with their types, and rows of cells. */
export interface Sheet {
  readonly columns: readonly SheetColumn[]
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]>
  /** In which a format that knows no zones shows instants. */
  readonly zone: WallClock
}

export interface SheetColumn {
  /** For programs: unique in the sheet. */
  readonly name: string
  /** For people. */
  readonly title: string
  readonly type: SheetType
  readonly format: Format | null
}

/**
 * How the cells of a column are to be read; null is always one. `integer`, `decimal` and `number`: a number, or its
 * exact decimal text. `date`: 2001-12-31. `instant`: RFC 3339 in UTC with at most `fraction` digits after the second.
 */
export type SheetType =
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'number' }
  | { readonly kind: 'date' }
  | { readonly kind: 'instant'; readonly fraction: number }

export interface WallClock {
  readonly name: string
  /** Seconds since 1970 of the wall clock that shows an instant (seconds since 1970). */
  readonly local: (second: number) => number
}

/** Names that stand twice are told apart by a number. */
export function withUniqueNames(columns: readonly SheetColumn[]): readonly SheetColumn[] {
  const taken = new Set<string>()
  return columns.map((column) => {
    let name = column.name
    for (let number = 2; taken.has(name); number++) name = `${column.name}_${number}`
    taken.add(name)
    return { ...column, name }
  })
}

export async function* oneBatch(rows: readonly (readonly Cell[])[]): Sheet['rows'] {
  yield rows
}

/** A format's way from a sheet to the bytes of a file; what it throws leaves the file without its end. */
export type WriteSheet = (sheet: Sheet) => AsyncIterable<Uint8Array>
