import type { Format } from '../catalogue/metric.ts'
import type { Cell } from '../warehouse/warehouse.ts'
import type { SheetColumn, WallClock } from './sheet.ts'

/** A worksheet's cells (ECMA-376, 18.3.1.4). Text stands as text, never where a formula could. */

/** What a cell of Excel can hold; whatever is longer ends visibly. */
const textMax = 32_767
const cutMark = '… [cut: a cell holds 32,767 characters]'

export function textCell(value: string): string {
  const whole = value.length <= textMax ? value : `${value.slice(0, textMax - cutMark.length)}${cutMark}`
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeText(whole.toWellFormed())}</t></is></c>`
}

/** What XML cannot say stands as `_x0001_`, and what looks like that already as well (ST_Xstring). */
function escapeText(value: string): string {
  return value
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[^\P{Cc}\t\n]|[\uFFFE\uFFFF]/gu, xmlUnsafe)
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function xmlUnsafe(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`
}

const emptyCell = '<c/>'
const digitsMax = 15

/** A number in the style of its column; text where Excel, which keeps 15 digits, would change it. */
function numberCell(cell: Cell, style: number): string {
  const written = String(cell)
  const digits = written.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '')
  if (typeof cell === 'string' && digits.replace(/0+$/, '').length > digitsMax) return textCell(written)
  return `<c s="${style}"><v>${written}</v></c>`
}

const dayMs = 86_400_000
/** Day 1 is 1900-01-01 and day 60 a 29 February that never was: right from 1900-03-01 on. */
const dayZero = Date.UTC(1899, 11, 30)
const firstDay = Date.UTC(1900, 2, 1)

function serialCell(wallClockMs: number, otherwise: string, style: number): string {
  if (!(wallClockMs >= firstDay)) return textCell(otherwise)
  return `<c s="${style}"><v>${(wallClockMs - dayZero) / dayMs}</v></c>`
}

/** @param style of the column's numbers or times, an index into the workbook's styles */
export function cellPrinter({ type }: SheetColumn, style: number, zone: WallClock): (cell: Cell) => string {
  const print = printerOf(type.kind, style, zone)
  return (cell) => (cell === null ? emptyCell : print(cell))
}

function printerOf(kind: SheetColumn['type']['kind'], style: number, zone: WallClock) {
  switch (kind) {
    case 'text':
      return (cell: Cell) => textCell(String(cell))
    case 'boolean':
      return (cell: Cell) => `<c t="b"><v>${cell === true ? 1 : 0}</v></c>`
    case 'date':
      return (cell: Cell) => serialCell(Date.parse(`${cell}T00:00:00Z`), String(cell), style)
    case 'instant':
      return (cell: Cell) => {
        const ms = Date.parse(String(cell))
        const second = Math.floor(ms / 1000)
        return serialCell(zone.local(second) * 1000 + (ms - second * 1000), String(cell), style)
      }
    case 'integer':
    case 'decimal':
    case 'number':
      return (cell: Cell) => numberCell(cell, style)
  }
}

/** A number format of Excel (ECMA-376, 18.8.30); empty for its general one. */
export function numberFormatOf({ type, format }: SheetColumn): string {
  if (type.kind === 'date') return 'yyyy\\-mm\\-dd'
  if (type.kind === 'instant') return `yyyy\\-mm\\-dd\\ hh:mm:ss${type.fraction > 0 ? '.000' : ''}`
  if (type.kind === 'text' || type.kind === 'boolean' || format === null) return ''
  return figureFormat(format)
}

function figureFormat({ style, digits, currency, locale }: Format): string {
  const after = (count: number) => (count === 0 ? '' : `.${'0'.repeat(count)}`)
  switch (style) {
    case 'percent':
      return `0${after(digits ?? 1)}%`
    case 'currency':
      return currencyFormat(`#,##0${after(digits ?? 2)}`, currency ?? 'USD', locale)
    case 'number':
      return digits === null ? '' : `#,##0${after(digits)}`
    // In the metric's own unit: what stands in the cell is the figure.
    case 'bytes':
    case 'duration':
      return ''
  }
}

/** Before or after the figure, as the locale has it. */
function currencyFormat(figure: string, currency: string, locale: string): string {
  const parts = new Intl.NumberFormat(locale, { style: 'currency', currency }).formatToParts(1)
  const symbol = (parts.find((part) => part.type === 'currency')?.value ?? currency).replace(/[\][\\"]/g, '')
  const isFirst = parts.findIndex((part) => part.type === 'currency') === 0
  return isFirst ? `[$${symbol}]${figure}` : `${figure}\\ [$${symbol}]`
}
