import type { Metric } from '../catalogue/metric.ts'
import type { Cell } from '../warehouse/warehouse.ts'
import type { SheetType } from './sheet.ts'

export const wholeNumber: SheetType = Object.freeze({ kind: 'integer', bits: 64, signed: true })
export const anyNumber: SheetType = Object.freeze({ kind: 'number' })
const decimalDigits = 38

/** What a metric's figures are by its definition: a file's columns do not change their types with its rows. */
export function typeOfMetric(metric: Metric): SheetType {
  if (metric.kind !== 'aggregate') return anyNumber
  switch (metric.aggregate) {
    case 'count':
    case 'count_distinct':
      return wholeNumber
    case 'avg':
    case 'quantile':
      return anyNumber
    case 'sum':
    case 'min':
    case 'max':
    case 'first':
    case 'last': {
      const type = metric.column?.type
      if (type?.kind === 'integer') return wholeNumber
      return type?.kind === 'decimal'
        ? { kind: 'decimal', precision: decimalDigits, scale: type.scale }
        : anyNumber
    }
  }
}

/** The type, or a wider one where it does not hold all of the cells exactly. */
export function holding(type: SheetType, cells: readonly Cell[]): SheetType {
  if (type.kind !== 'integer' && type.kind !== 'decimal' && type.kind !== 'number') return type
  if (type.kind === 'integer' && cells.every(isLong)) return type
  // A figure is text where a double does not hold it.
  if (type.kind === 'number' && cells.every((cell) => typeof cell !== 'string')) return type
  const texts = cells.filter((cell) => cell !== null).map(String)
  if (!texts.every((text) => /^-?\d+(\.\d+)?$/.test(text))) return type.kind === 'number' ? type : anyNumber
  const whole = Math.max(0, ...texts.map((text) => text.replace(/^-|\..*$/g, '').length))
  const scale = Math.max(
    type.kind === 'decimal' ? type.scale : 0,
    ...texts.map((text) => text.split('.')[1]?.length ?? 0),
  )
  return whole + scale <= decimalDigits
    ? { kind: 'decimal', precision: decimalDigits, scale }
    : { kind: 'text' }
}

function isLong(cell: Cell): boolean {
  if (cell === null) return true
  if (typeof cell === 'number') return Number.isSafeInteger(cell)
  return typeof cell === 'string' && /^-?\d+$/.test(cell) && BigInt.asIntN(64, BigInt(cell)) === BigInt(cell)
}
