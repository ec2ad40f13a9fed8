import type { PageContext } from '../page-context.ts'
import type { RecordColumn, Row } from './records.ts'

type Cell = Row[number]

/** How the cells of a column read: figures and times as the locale has them, everything else as it is. */
export function writerOf({ type }: RecordColumn, { locale, timeZone }: PageContext): (cell: Cell) => string {
  if (type === 'NUMBER') {
    const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
    return (cell) => (typeof cell === 'number' ? numbers.format(cell) : textOf(cell))
  }
  if (type === 'TIME') {
    const times = new Intl.DateTimeFormat(locale, {
      timeZone,
      dateStyle: 'medium',
      timeStyle: 'medium',
      calendar: 'gregory',
    })
    return (cell) => {
      const at = typeof cell === 'string' ? Date.parse(cell) : Number.NaN
      return Number.isNaN(at) ? textOf(cell) : times.format(at)
    }
  }
  return textOf
}

function textOf(cell: Cell): string {
  return cell === null || cell === undefined ? '–' : String(cell)
}
