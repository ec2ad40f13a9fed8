import type { ColumnType } from '../../catalogue/column.ts'

export interface ParsedType {
  /** Null where no dimension or metric can use it, such as an array. */
  readonly type: ColumnType | null
  readonly nullable: boolean
}

/** A type as `system.columns` spells it. */
export function parseColumnType(text: string): ParsedType {
  const [, wrapper, inner = ''] = /^(LowCardinality|Nullable)\((.*)\)$/s.exec(text) ?? []
  if (wrapper === undefined) return { type: parsePlainType(text), nullable: false }
  const { type, nullable } = parseColumnType(inner)
  return { type, nullable: nullable || wrapper === 'Nullable' }
}

const plainTypes: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['String', { kind: 'string' }],
  ['UUID', { kind: 'uuid' }],
  ['Bool', { kind: 'boolean' }],
  ['Float32', { kind: 'float', bits: 32 }],
  ['Float64', { kind: 'float', bits: 64 }],
  ['Date', { kind: 'date' }],
  ['Date32', { kind: 'date' }],
  ['DateTime', { kind: 'instant', fraction: 0 }],
])

function parsePlainType(text: string): ColumnType | null {
  const plain = plainTypes.get(text)
  if (plain !== undefined) return plain
  if (/^DateTime\('[^']+'\)$/.test(text)) return { kind: 'instant', fraction: 0 }
  const fraction = /^DateTime64\((\d)(?:, '[^']+')?\)$/.exec(text)?.[1]
  if (fraction !== undefined) return { kind: 'instant', fraction: Number(fraction) }
  return parseInteger(text) ?? parseDecimal(text)
}

function parseInteger(text: string): ColumnType | null {
  const integer = /^(U?)Int(8|16|32|64|128|256)$/.exec(text)
  if (integer === null) return null
  return { kind: 'integer', bits: Number(integer[2]), signed: integer[1] === '' }
}

/** The engine spells Decimal32(S) and its like as Decimal(9, S). */
function parseDecimal(text: string): ColumnType | null {
  const decimal = /^Decimal\((\d+), (\d+)\)$/.exec(text)
  if (decimal === null) return null
  return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
}
