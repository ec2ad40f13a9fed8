import { expect, test } from 'vitest'
import { createAnswerSize, jsonLength } from '../../src/graphql/answer-size.ts'
import { caught } from '../support/caught.ts'

test.each([
  [null],
  [true],
  [12.5],
  ['a text of some length'],
  [0.1 + 0.2],
  [-1234567.891],
  [1.7976931348623157e308],
  [-9007199254740991],
  [Array.from({ length: 10 }, (_, index) => Math.sqrt(index + 2))],
  ['\u0000\u0001\u001f'.repeat(10)],
  ['a "quoted" \\ one\r\n\t\b\f'],
  ['東京 Straße 👍'.repeat(10)],
  [{ '"名前"': ['東京'] }],
  [[1.25, null, 'north', [true, 'x']]],
  [{ kind: 'NUMBER', options: { stacked: true, colors: ['red', 'green'] } }],
])('what %j adds is no less than its JSON and not much more', (value) => {
  const actual = Buffer.byteLength(JSON.stringify(value))
  expect(jsonLength(value)).toBeGreaterThanOrEqual(actual)
  expect(jsonLength(value)).toBeLessThanOrEqual(2 * actual + 10)
})

test('an answer that is too large stays so, and the next one begins anew', async () => {
  const size = createAnswerSize(10)
  size.add(10)
  expect(size.exceeded.aborted).toBe(false)
  for (const more of [1, 0]) {
    expect(await caught(Promise.resolve().then(() => size.add(more)))).toMatchObject({
      message: 'The query is larger than its limits. Expected an answer of at most 10 bytes.',
      originalError: { code: 'QUERY_TOO_LARGE' },
      extensions: { CRITICAL_ERROR: true },
    })
  }
  expect(size.exceeded.reason).toMatchObject({ code: 'QUERY_TOO_LARGE' })
  size.anew().add(10)
})
