import type { ColumnType } from '../../catalogue/column.ts'

/** A column as the catalogs have it, domains followed down to what they are made of. */
export interface StoredType {
  /** The name in `pg_type`: `int8`, `timestamptz`. */
  readonly name: string
  readonly isEnum: boolean
  /** What stands in brackets after the name, as the engine packs it; -1 where nothing does. */
  readonly modifier: number
  /** Whether its collation takes texts of different bytes for one. */
  readonly isFolded: boolean
}

const plainTypes: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ['uuid', { kind: 'uuid' }],
  ['bool', { kind: 'boolean' }],
  ['int2', { kind: 'integer', bits: 16, signed: true }],
  ['int4', { kind: 'integer', bits: 32, signed: true }],
  ['int8', { kind: 'integer', bits: 64, signed: true }],
  ['float4', { kind: 'float', bits: 32 }],
  ['float8', { kind: 'float', bits: 64 }],
  ['date', { kind: 'date' }],
])

const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'citext', 'name'])

/**
 * Null where a model cannot use it. A text of which two spellings are equal to the engine is none that tenants or rules could
 * be told apart by, so it is refused as a whole; `citext` is read as `text`, and compared so.
 */
export function columnTypeOf({ name, isEnum, modifier, isFolded }: StoredType): ColumnType | null {
  if (isFolded) return null
  if (isEnum || textTypes.has(name)) return { kind: 'string' }
  if (name === 'numeric') return decimalOf(modifier)
  if (name === 'timestamp' || name === 'timestamptz') {
    return { kind: 'instant', fraction: modifier < 0 ? 6 : modifier }
  }
  return plainTypes.get(name) ?? null
}

/** As many digits as a filter's value may have. */
const unbounded: ColumnType = { kind: 'decimal', precision: 76, scale: 20 }

/** `numeric(p, s)` is packed as ((p << 16) | s) + 4, s in 11 bits with its sign. */
function decimalOf(modifier: number): ColumnType {
  if (modifier < 4) return unbounded
  const packed = modifier - 4
  const scale = ((packed & 0x7ff) ^ 1024) - 1024
  return { kind: 'decimal', precision: (packed >> 16) & 0xffff, scale: Math.max(0, scale) }
}
