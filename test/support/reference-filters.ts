import type { FilterInput } from '../../src/catalogue/inputs.ts'
import type { RowRuleDefinition } from '../../src/model/permission-document.ts'
import { secondOf } from './reference-time.ts'
import type { Cell, Row } from './reference-world.ts'

/** Tests of one row at a time. A null passes IS_NULL alone, and a NOT form whatever its opposite refuses. */

type Attributes = Readonly<Record<string, unknown>>
export type CellType = 'string' | 'number' | 'time'

export function passes(filter: FilterInput, row: Row, typeOf: (name: string) => CellType): boolean {
  const { dimension, operator, values, and, or, not } = filter
  if (and != null) return and.every((part) => passes(part, row, typeOf))
  if (or != null) return or.some((part) => passes(part, row, typeOf))
  if (not != null) return !passes(not, row, typeOf)
  const name = dimension ?? ''
  const wanted = (values ?? []).map((value) => comparable(value, typeOf(name)))
  return matches(operator ?? 'EQUALS', row[name] ?? null, wanted)
}

/** Rows hold times as seconds. */
function comparable(value: unknown, type: CellType): Cell {
  if (value === null || value === undefined) return null
  if (type === 'time') return secondOf(String(value))
  if (typeof value === 'string' || typeof value === 'number') return value
  throw new Error('A case compares with text, numbers and null.')
}

function matches(operator: string, cell: Cell, wanted: readonly Cell[]): boolean {
  const [first = null, second = null] = wanted
  switch (operator) {
    case 'EQUALS':
      return wanted.includes(cell)
    case 'NOT_EQUALS':
      return !wanted.includes(cell)
    case 'IS_NULL':
      return cell === null
    case 'IS_NOT_NULL':
      return cell !== null
    case 'CONTAINS':
      return wanted.some((part) => cell !== null && String(cell).includes(String(part)))
    case 'NOT_CONTAINS':
      return !wanted.some((part) => cell !== null && String(cell).includes(String(part)))
    case 'STARTS_WITH':
      return wanted.some((part) => cell !== null && String(cell).startsWith(String(part)))
    case 'ENDS_WITH':
      return wanted.some((part) => cell !== null && String(cell).endsWith(String(part)))
    case 'GREATER_THAN':
      return isOrdered(first, cell) && first !== cell
    case 'GREATER_THAN_OR_EQUALS':
      return isOrdered(first, cell)
    case 'LESS_THAN':
      return isOrdered(cell, first) && first !== cell
    case 'LESS_THAN_OR_EQUALS':
      return isOrdered(cell, first)
    case 'BETWEEN':
      return isOrdered(first, cell) && isOrdered(cell, second)
    default:
      throw new Error(`The reference knows no ${operator}.`)
  }
}

function isOrdered(lesser: Cell, greater: Cell): boolean {
  return lesser !== null && greater !== null && lesser <= greater
}

export function namesIn({ dimension, and, or, not }: FilterInput): readonly string[] {
  const parts = [...(and ?? []), ...(or ?? []), ...(not == null ? [] : [not])]
  return [...(dimension == null ? [] : [dimension]), ...parts.flatMap(namesIn)]
}

// ── Row rules ────────────────────────────────────────────────────────────────────────────────────

const words = {
  equals: 'EQUALS',
  in: 'EQUALS',
  greaterThan: 'GREATER_THAN',
  greaterThanOrEquals: 'GREATER_THAN_OR_EQUALS',
  lessThan: 'LESS_THAN',
  lessThanOrEquals: 'LESS_THAN_OR_EQUALS',
  between: 'BETWEEN',
} as const

function partsOf({ and = [], or = [], not }: RowRuleDefinition): readonly RowRuleDefinition[] {
  return [...and, ...or, ...(not === undefined ? [] : [not])]
}

export function rulePasses(
  rule: RowRuleDefinition,
  row: Row,
  attributes: Attributes,
  typeOf: (name: string) => CellType,
): boolean {
  const part = (inner: RowRuleDefinition) => rulePasses(inner, row, attributes, typeOf)
  if (rule.and !== undefined) return rule.and.every(part)
  if (rule.or !== undefined) return rule.or.some(part)
  if (rule.not !== undefined) return !part(rule.not)
  const { dimension = '', operator, values } = testOf(rule, attributes)
  return matches(
    operator,
    row[dimension] ?? null,
    values.map((value) => comparable(value, typeOf(dimension))),
  )
}

function testOf(rule: RowRuleDefinition, attributes: Attributes) {
  for (const [word, operator] of Object.entries(words)) {
    const given = Object.entries(rule).find(([name]) => name === word)?.[1]
    if (given === undefined) continue
    return { dimension: rule.dimension, operator, values: filled(word, given, attributes) }
  }
  throw new Error('A rule of a case tests nothing.')
}

/** A reference beside `in` stands for a whole list, anywhere else for one value. */
function filled(word: string, given: unknown, attributes: Attributes): readonly unknown[] {
  const whole = word === 'in' && isReference(given) ? attributes[given.attribute] : given
  const list: readonly unknown[] = Array.isArray(whole) ? whole : [whole]
  return list.map((value) => (isReference(value) ? attributes[value.attribute] : value))
}

function isReference(value: unknown): value is { readonly attribute: string } {
  return typeof value === 'object' && value !== null && 'attribute' in value
}

/** Whether an attribute that a rule reads is missing, is a list where it should be none, or is not what it is compared with. */
export function isUnfilled(
  rule: RowRuleDefinition,
  attributes: Attributes,
  typeOf: (name: string) => CellType,
): boolean {
  const parts = partsOf(rule)
  if (parts.length > 0) return parts.some((part) => isUnfilled(part, attributes, typeOf))
  const type = typeOf(rule.dimension ?? '')
  const fits = (value: unknown) =>
    type === 'time'
      ? typeof value === 'string' && Number.isFinite(secondOf(value))
      : typeof value === (type === 'number' ? 'number' : 'string')
  const given = rule.in
  if (isReference(given)) {
    const list = attributes[given.attribute]
    return !Array.isArray(list) || !list.every(fits)
  }
  const { values } = testOf(rule, attributes)
  return !values.every((value) => value === null || fits(value))
}
