import type { SchemaElement } from 'hyparquet'
import type { Cell } from '../warehouse/warehouse.ts'
import type { SheetColumn } from './sheet.ts'

export interface ParquetColumn {
  readonly element: SchemaElement
  /** A cell that is no null as the writer takes it. */
  readonly convert: (cell: Cell) => string | number | bigint | boolean
}

/** Every type that Parquet has is kept; integers beyond 64 bits and decimals beyond 38 digits are text. */
export function parquetColumn({ name, type }: SheetColumn): ParquetColumn {
  const head = { name, repetition_type: 'OPTIONAL' } as const
  switch (type.kind) {
    case 'boolean':
      return { element: { ...head, type: 'BOOLEAN' }, convert: (cell) => cell === true }
    case 'number':
      return { element: { ...head, type: 'DOUBLE' }, convert: Number }
    case 'integer':
      return integerColumn(head, type)
    case 'decimal':
      return decimalColumn(head, type)
    case 'date':
      return {
        element: { ...head, type: 'INT32', converted_type: 'DATE' },
        convert: (cell) => Date.parse(`${cell}T00:00:00Z`) / 86_400_000,
      }
    case 'instant':
      return instantColumn(head, type.fraction)
    case 'text':
      return textColumn(head)
  }
}

type Head = Pick<SchemaElement, 'name' | 'repetition_type'>

function textColumn(head: Head): ParquetColumn {
  return { element: { ...head, type: 'BYTE_ARRAY', converted_type: 'UTF8' }, convert: String }
}

function integerColumn(
  head: Head,
  { bits, signed }: { readonly bits: number; readonly signed: boolean },
): ParquetColumn {
  if (bits > 64) return textColumn(head)
  if (bits < 32 || (bits === 32 && signed)) return { element: { ...head, type: 'INT32' }, convert: Number }
  const isUnsignedLong = bits === 64 && !signed
  return {
    element: { ...head, type: 'INT64', ...(isUnsignedLong && { converted_type: 'UINT_64' }) },
    convert: (cell) => BigInt(String(cell)),
  }
}

function decimalColumn(
  head: Head,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): ParquetColumn {
  if (precision > 38) return textColumn(head)
  const storage =
    precision <= 18
      ? ({ type: 'INT64' } as const)
      : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 } as const)
  return {
    element: { ...head, ...storage, converted_type: 'DECIMAL', precision, scale },
    convert: (cell) => unscaled(String(cell), scale),
  }
}

/** `1.5` with a scale of 3 is 1500. */
function unscaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

function instantColumn(head: Head, fraction: number): ParquetColumn {
  const digits = fraction > 6 ? 9 : 6
  const unit = digits === 9 ? 'NANOS' : 'MICROS'
  const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } as const
  return {
    element: { ...head, type: 'INT64', logical_type },
    convert: (cell) => sinceEpoch(String(cell), digits),
  }
}

/** RFC 3339 in UTC, counted in units of which a second has as many zeros as `digits`. */
function sinceEpoch(text: string, digits: number): bigint {
  const [, fraction = ''] = /\.(\d+)Z$/.exec(text) ?? []
  const seconds = Date.parse(text.replace(/\.\d+Z$/, 'Z')) / 1000
  return BigInt(seconds) * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, '0'))
}
