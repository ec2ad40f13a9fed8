import type { FilterValue } from '../access/grants.ts'
import type { ValueType } from '../catalogue/catalogue.ts'
import { figureOf } from './decode.ts'
import { compareExact } from './exact.ts'

/** The engine's order: numbers by every digit, instants by the clock, text bytewise. */
export function compareValues(
  type: ValueType,
  left: Exclude<FilterValue, null>,
  right: Exclude<FilterValue, null>,
): number {
  if (type === 'NUMBER') return compareExact(figureOf(left), figureOf(right))
  const bytes = (value: FilterValue) =>
    Buffer.from(type === 'TIME' ? String(value).replace('Z', '') : String(value))
  return Buffer.compare(bytes(left), bytes(right))
}
