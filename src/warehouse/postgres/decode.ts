import { TesseraError } from '../../errors.ts'
import type { Cell } from '../warehouse.ts'

/** A value in the engine's text form as a cell. */
export type CellReader = (text: string) => Cell

const asText: CellReader = (text) => text
const asBoolean: CellReader = (text) => text === 't'

/** What is no finite number is no figure, and there is one zero. */
const asNumber: CellReader = (text) => {
  const value = Number(text)
  return Number.isFinite(value) ? value + 0 : null
}

/** Exact, as text. A numeric may be NaN or Infinity. */
const asDecimal: CellReader = (text) => (text.includes('N') || text.includes('f') ? null : text)

/** The types that a printed statement puts out, by their numbers in `pg_type`, which never change. */
const readers: ReadonlyMap<number, CellReader> = new Map([
  [16, asBoolean], // bool
  [20, asText], // int8
  [21, asNumber], // int2
  [23, asNumber], // int4
  [25, asText], // text
  [700, asNumber], // float4
  [701, asNumber], // float8
  [1042, asText], // bpchar
  [1043, asText], // varchar
  [1082, asText], // date
  [1700, asDecimal], // numeric
  [2950, asText], // uuid
])

/** @throws TesseraError INTERNAL for a type that no printer puts out */
export function readerOf(typeId: number): CellReader {
  const reader = readers.get(typeId)
  if (reader !== undefined) return reader
  throw new TesseraError('INTERNAL', { cause: new Error(`A column of type ${typeId} cannot be read.`) })
}
