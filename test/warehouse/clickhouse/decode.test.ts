import { expect, test } from 'vitest'
import { decodeBody } from '../../../src/warehouse/clickhouse/decode.ts'

const answer = {
  meta: [
    { name: 'b', type: 'String' },
    { name: '1', type: 'UInt8' },
  ],
  data: { '1': [1, null], b: ['x', 'y'] },
  rows: 2,
  statistics: { elapsed: 0.1, rows_read: '10', bytes_read: 80 },
}
const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }

test('columns come in the order of the statement, and counts as numbers', () => {
  expect(decodeBody(JSON.stringify(answer))).toEqual({
    columns: [
      ['x', 'y'],
      [1, null],
    ],
    rowCount: 2,
    rowsRead: 10,
    bytesRead: 80,
  })
})

test('an answer without rows has its columns', () => {
  expect(decodeBody(JSON.stringify({ ...answer, data: {}, rows: 0 }))).toEqual({
    columns: [[], []],
    rowCount: 0,
    rowsRead: 10,
    bytesRead: 80,
  })
})

test.each([
  ['nothing', ''],
  ['a page', '<html></html>'],
  ['an empty list', '[]'],
  ['an empty object', '{}'],
  ['null', 'null'],
  ['half of it', JSON.stringify(answer).slice(0, 60)],
  ['a column too few', JSON.stringify({ ...answer, data: { b: ['x', 'y'] } })],
  ['a cell too few', JSON.stringify({ ...answer, data: { '1': [1], b: ['x', 'y'] } })],
  ['a list as a cell', JSON.stringify({ ...answer, data: { '1': [1, []], b: ['x', 'y'] } })],
  ['no columns in the data', JSON.stringify({ ...answer, data: {} })],
  ['a column without a name', JSON.stringify({ ...answer, meta: [{}] })],
  ['no count of rows', JSON.stringify({ ...answer, rows: undefined })],
  ['a count that is none', JSON.stringify({ ...answer, rows: -1, data: {} })],
  ['no statistics', JSON.stringify({ ...answer, statistics: undefined })],
  ['statistics that are none', JSON.stringify({ ...answer, statistics: { rows_read: 'many' } })],
])('%s is no answer', (_, body) => {
  expect(() => decodeBody(body)).toThrow(expect.objectContaining(unavailable))
})

test.each([
  ['241', 'MEMORY_LIMIT_EXCEEDED', 'QUERY_TOO_LARGE', 'The query is larger than its limits.'],
  ['159', 'TIMEOUT_EXCEEDED', 'QUERY_TIMEOUT', 'The query took longer than its time limit.'],
  ['47', 'UNKNOWN_IDENTIFIER', 'INTERNAL', 'Something went wrong on the server.'],
])('exception %s in the middle of a body is what the engine says it is', (number, name, code, message) => {
  const body = `${JSON.stringify(answer).slice(0, 60)}\r\n__exception__\r\nCode: ${number}. DB::Exception: It is so. (${name})`
  expect(() => decodeBody(body)).toThrow(expect.objectContaining({ code, message }))
})
