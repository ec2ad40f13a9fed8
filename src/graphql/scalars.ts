import { GraphQLError, Kind, type ValueNode } from 'graphql'
import type { FilterValue } from '../access/grants.ts'
import { builder } from './builder.ts'

/**
 * The scalars check what JSON cannot say; what a text means (a real date, a known zone) is checked where it is
 * used, so that the error can name the argument and the allowed form.
 */
function text(expected: string) {
  return {
    serialize: (value: unknown) => value,
    parseValue: (value: unknown): string => {
      if (typeof value !== 'string') throw new GraphQLError(`Expected ${expected}.`)
      return value
    },
  }
}

builder.scalarType('DateTime', { description: 'An RFC 3339 instant.', ...text('an RFC 3339 instant') })

builder.scalarType('TimeZone', {
  description: 'An IANA time zone name, such as Europe/Berlin.',
  ...text('an IANA time zone name'),
})

builder.scalarType('Period', {
  description: [
    'A named stretch of time that moves with the clock: today, yesterday, this_<unit>, previous_<unit>,',
    'last_<n>_<unit>s. <unit> is minute, hour, day, week, month, quarter or year. last_<n> includes the',
    'current, unfinished unit. Weeks start on Monday and years in January, or as the calendar of the model has it.',
    "Resolved in the query's time zone.",
  ].join('\n'),
  ...text('a period, such as last_7_days'),
})

builder.scalarType('Value', {
  description:
    'One cell or filter value: a string, a finite number, a boolean or null. A number that a double cannot hold exactly is decimal text.',
  serialize: (value: unknown) => value,
  parseValue: (value: unknown): FilterValue => {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return exactNumber(value)
    throw new GraphQLError('Expected a string, a finite number, a boolean or null.')
  },
  parseLiteral: (node: ValueNode): FilterValue => {
    switch (node.kind) {
      case Kind.STRING:
        return node.value
      case Kind.BOOLEAN:
        return node.value
      case Kind.INT:
        // A literal of more digits than a double holds stays exact, as text.
        return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : node.value
      case Kind.FLOAT:
        return finite(node.value)
      case Kind.NULL:
        return null
      default:
        throw new GraphQLError('Expected a string, a finite number, a boolean or null.')
    }
  },
})

builder.scalarType('JSONObject', {
  description: 'A JSON object.',
  serialize: (value: unknown) => value,
  parseValue: (value: unknown): Record<string, unknown> => {
    if (isObject(value)) return value
    throw new GraphQLError('Expected a JSON object.')
  },
  parseLiteral: (node: ValueNode): Record<string, unknown> => {
    const value = literalValue(node)
    if (isObject(value)) return value
    throw new GraphQLError('Expected a JSON object.')
  },
})

/** A JSON parser has rounded what is beyond 2^53 already, and it would name another row. */
function exactNumber(value: number): number {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value
  throw new GraphQLError('Expected decimal text for a whole number beyond 2^53.')
}

function finite(text: string): number {
  const number = Number(text)
  if (Number.isFinite(number)) return number
  throw new GraphQLError('Expected a finite number.')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function literalValue(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literalValue(field.value)]))
    case Kind.LIST:
      return node.values.map(literalValue)
    case Kind.INT:
    case Kind.FLOAT:
      return finite(node.value)
    case Kind.NULL:
      return null
    case Kind.VARIABLE:
      throw new GraphQLError('A JSON object can be a variable, but not hold one.')
    default:
      return node.value
  }
}
