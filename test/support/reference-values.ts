import fc from 'fast-check'
import type { Lock } from './reference-layers.ts'
import { day, instantText } from './reference-time.ts'
import { channels, cityIds, continents, countryCodes, firstSecond, regions } from './reference-world.ts'

/** @param often of ten */
export function sometimes<T>(of: fc.Arbitrary<T>, often: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 10 - often }, { arbitrary: of, weight: often })
}

/** Without the members that are undefined, as a document or a token would be written. */
export function written<T extends object>(of: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return JSON.parse(JSON.stringify(of))
}

/** Of each dimension that is compared with something, values that it has and one that it has not. */
export const valuesOf: Readonly<Record<string, readonly (string | number)[]>> = {
  id: [0, 17, 150, 299, 900],
  at: [3, 40, 77].map((offset) => instantText(firstSecond + offset * day)),
  region: [...regions, 'west'],
  channel: [...channels.filter((channel) => channel !== null), 'fax'],
  amount: [-21, -5, 0, 5, 20],
  margin: [-4, 0, 2],
  city: ['arden', 'birch', 'nowhere'],
  name: ['arden', 'cedar', 'nowhere'],
  city_id: [...cityIds],
  country: [...countryCodes],
  code: [...countryCodes],
  continent: [...continents],
  population: [0, 15, 30, 100],
}

const isNumber = (dimension: string) => ['id', 'amount', 'margin', 'population'].includes(dimension)

export interface DimensionTest {
  readonly dimension: string
  readonly operator: NonNullable<Lock['operator']>
  readonly values: readonly (string | number)[]
}

const anyOperators = ['EQUALS', 'EQUALS', 'EQUALS', 'NOT_EQUALS', 'IS_NULL', 'IS_NOT_NULL'] as const
const orderOperators = [
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUALS',
  'LESS_THAN',
  'LESS_THAN_OR_EQUALS',
  'BETWEEN',
] as const
const textOperators = ['CONTAINS', 'NOT_CONTAINS', 'STARTS_WITH', 'ENDS_WITH'] as const

export function dimensionTest(names: readonly string[]): fc.Arbitrary<DimensionTest> {
  return fc.constantFrom(...names).chain((dimension) => {
    const isText = !isNumber(dimension) && dimension !== 'at'
    const operators = [...anyOperators, ...orderOperators, ...(isText ? textOperators : [])]
    return fc
      .constantFrom(...operators)
      .chain((operator) => testValues(dimension, operator).map((values) => ({ dimension, operator, values })))
  })
}

function testValues(dimension: string, operator: string): fc.Arbitrary<readonly (string | number)[]> {
  const values = [...(valuesOf[dimension] ?? [])]
  const orders: readonly string[] = orderOperators
  const texts: readonly string[] = textOperators
  if (operator.startsWith('IS_')) return fc.constant([])
  if (operator === 'BETWEEN') return fc.tuple(fc.constantFrom(...values), fc.constantFrom(...values))
  if (orders.includes(operator)) return fc.constantFrom(...values).map((value) => [value])
  if (texts.includes(operator)) return fc.constantFrom('a', 'e', 'st', 'DE', 'ar').map((part) => [part])
  return fc.subarray(values, { minLength: 1 })
}
