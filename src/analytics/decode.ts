import type { FilterValue } from '../access/grants.ts'
import type { Dimension } from '../catalogue/catalogue.ts'
import type { Cell, Rows } from '../warehouse/warehouse.ts'
import type { Figure, Stats } from './answers.ts'
import { plainDecimal } from './literal.ts'

export const noFigure: Figure = Object.freeze({ value: null, exact: null })
export const zero: Figure = Object.freeze({ value: 0, exact: '0' })

/** One column of an answer, of which no rows have none; throws where the engine sent fewer than were asked for. */
export function columnAt(rows: Rows, index: number): readonly Cell[] {
  if (rows.rowCount === 0) return []
  const column = rows.columns[index]
  if (column === undefined) throw new Error(`The answer has no column ${index}.`)
  return column
}

/** 64-bit integers and decimals come as text; what is not finite is no figure. */
export function figureOf(cell: Cell | undefined): Figure {
  if (cell === null || cell === undefined) return noFigure
  if (typeof cell === 'string') {
    const value = Number(cell)
    return Number.isFinite(value) ? { value, exact: cell } : noFigure
  }
  const value = Number(cell)
  return { value, exact: plainDecimal(value) }
}

/** A dimension's value. A number that a double cannot hold stays exact, as text. */
export function dimensionValue(dimension: Dimension, cell: Cell | undefined): FilterValue {
  if (cell === null || cell === undefined) return null
  switch (dimension.type) {
    case 'STRING':
      return String(cell)
    case 'BOOLEAN':
      return Boolean(cell)
    case 'TIME':
      return timeText(String(cell))
    case 'NUMBER':
      return numberOrText(cell)
  }
}

/** A number where a double holds it exactly, else its exact text. */
export function numberOrText(cell: Cell | undefined): FilterValue {
  if (cell === undefined) return null
  if (typeof cell !== 'string') return cell
  const value = Number(cell)
  if (!Number.isFinite(value)) return null
  return plainDecimal(value) === cell ? value : cell
}

/** `2001-01-01 00:05:00.250000` of the engine, in UTC, as RFC 3339; a date stays a date. */
export function timeText(text: string): string {
  if (text.length <= 10) return text
  const [whole = '', fraction = ''] = text.replace(' ', 'T').split('.')
  const digits = fraction.replace(/0+$/, '')
  return digits === '' ? `${whole}Z` : `${whole}.${digits.padEnd(digits.length > 3 ? 6 : 3, '0')}Z`
}

export function statsOf(rows: Rows, now: number): Stats {
  return { durationMs: rows.durationMs, rowsRead: rows.rowsRead, bytesRead: rows.bytesRead, asOf: now }
}
