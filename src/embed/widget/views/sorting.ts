export interface Sorting {
  readonly column: number
  readonly isDescending: boolean
}

/** The first press sorts figures from the greatest, texts from A; the next one turns it round, the third ends it. */
export function nextSorting(sorting: Sorting | null, column: number, isFigure: boolean): Sorting | null {
  if (sorting?.column !== column) return { column, isDescending: isFigure }
  return sorting.isDescending === isFigure ? { column, isDescending: !isFigure } : null
}

/** The same column's, wherever it stands when the heads become others; null where it is gone or can't be told from another. */
export function keptSorting(
  sorting: Sorting,
  before: readonly string[],
  heads: readonly string[],
): Sorting | null {
  const head = before[sorting.column]
  if (head === undefined) return null
  if (before.length === heads.length && before.every((text, place) => text === heads[place])) return sorting
  const column = heads.indexOf(head)
  return column < 0 || column !== heads.lastIndexOf(head) ? null : { ...sorting, column }
}

/**
 * The places of rows in their new order. Cells without a value stand last either way; rows that are alike stay in the
 * order of the answer.
 */
export function sortedPlaces(
  rows: readonly (readonly unknown[])[],
  { column, isDescending }: Sorting,
  locale: string,
): readonly number[] {
  const collator = new Intl.Collator(locale, { numeric: true })
  const sign = isDescending ? -1 : 1
  return rows
    .map((_, place) => place)
    .sort((a, b) => {
      const [one, other] = [rows[a]?.[column] ?? null, rows[b]?.[column] ?? null]
      if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
      return sign * compared(one, other, collator)
    })
}

/** Figures that no double holds exactly are decimal texts. */
const decimal = /^-?\d+(\.\d+)?$/

function compared(one: unknown, other: unknown, collator: Intl.Collator): number {
  if (!isFigure(one) || !isFigure(other)) return collator.compare(String(one), String(other))
  const difference = Number(one) - Number(other)
  return difference === 0 ? comparedExactly(decimalOf(one), decimalOf(other)) : difference
}

function isFigure(cell: unknown): cell is number | string {
  return typeof cell === 'number' || (typeof cell === 'string' && decimal.test(cell))
}

function decimalOf(figure: number | string): string {
  return Number.isInteger(figure) ? String(BigInt(figure)) : String(figure)
}

function comparedExactly(a: string, b: string): number {
  if (!decimal.test(a) || !decimal.test(b)) return 0
  const digits = Math.max(fractionOf(a).length, fractionOf(b).length)
  const difference = scaled(a, digits) - scaled(b, digits)
  return difference === 0n ? 0 : difference < 0n ? -1 : 1
}

function fractionOf(figure: string): string {
  return figure.split('.')[1] ?? ''
}

function scaled(figure: string, digits: number): bigint {
  const [whole = ''] = figure.split('.')
  return BigInt(whole + fractionOf(figure).padEnd(digits, '0'))
}
