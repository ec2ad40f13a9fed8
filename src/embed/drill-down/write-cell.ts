import { plainNumber } from '../../charts/format/key.ts'
import type { PageContext } from '../page-context.ts'
import type { RecordColumn, Row } from './records.ts'

type Cell = Row[number]

/** How the cells of a column read: as the values of a dimension do in charts. */
export function writerOf(
  { type }: RecordColumn,
  { locale, timeZone, t }: Pick<PageContext, 'locale' | 'timeZone' | 't'>,
): (cell: Cell) => string {
  if (type === 'NUMBER') {
    return (cell) => {
      if (typeof cell === 'number') return plainNumber(cell, locale)
      return typeof cell === 'string' && whole.test(cell) ? plainNumber(BigInt(cell), locale) : textOf(cell)
    }
  }
  if (type === 'BOOLEAN') {
    return (cell) => (typeof cell === 'boolean' ? t(cell ? 'chart.yes' : 'chart.no') : textOf(cell))
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

/** A figure that no double holds exactly is decimal text. */
const whole = /^-?\d+$/

function textOf(cell: Cell): string {
  return cell === null || cell === undefined ? '–' : String(cell)
}
