import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { operationCost } from '../../src/http/operation-cost.ts'

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')

test.each<[string, string, number]>([
  ['one field', '{ a }', 1],
  ['what GraphQL answers itself', '{ __typename }', 1],
  ['a hundred aliases', `{ ${times(100, (index) => `a${index}: a`)} }`, 100],
  [
    'fields in fragments, wherever they are spread',
    '{ ...f ... on Query { a ...f } } fragment f on Query { b c }',
    5,
  ],
  ['the schema, and a type of it', '{ __schema { types { name } } __type(name: "A") { name } }', 20],
  ['two hundred and one fields below', `{ a { ${times(201, (index) => `b${index}: b`)} } }`, 3],
  ['eleven parts', `{ a { ${times(11, () => '... @defer { b }')} } }`, 2],
  ['the operation that is asked for', 'query One { a } query Two { a b c }', 3],
])('%s', (_, text, points) => {
  expect(operationCost(parse(text), text.includes('query Two') ? 'Two' : null)).toBe(points)
})

test('an operation that is not there is one', () => {
  expect(operationCost(parse('query One { a } query Two { b }'), 'Three')).toBe(1)
})
