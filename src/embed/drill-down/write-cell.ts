import type { PageContext } from '../page-context.ts'
import type { RecordColumn, Row } from './records.ts'

type Cell = Row[number]

/** How the cells of a column read: figures and times as the locale has them, everything else as it is. */
export function writerOf(
  { type }: RecordColumn,
  { locale, timeZone }: Pick<PageContext, 'locale' | 'timeZone'>,
): (cell: Cell) => string {
  if (type === 'NUMBER') {
    const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 })
    return (cell) => (typeof cell === 'number' ? numbers.format(cell) : textOf(cell))
  }
  if (type === 'TIME') {
    const whole = { dateStyle: 'medium', timeStyle: 'medium', calendar: 'gregory' } as const
    const times = new Intl.DateTimeFormat(locale, { ...whole, timeZone })
    // A date is the same day in every zone.
    const dates = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      calendar: 'gregory',
      timeZone: 'UTC',
    })
    return (cell) => {
      const at = typeof cell === 'string' ? Date.parse(cell) : Number.NaN
      if (Number.isNaN(at)) return textOf(cell)
      return (String(cell).length <= 10 ? dates : times).format(at)
    }
  }
  return textOf
}

function textOf(cell: Cell): string {
  return cell === null || cell === undefined ? '–' : String(cell)
}
