import { describe, expect, test } from 'vitest'
import { addExact, compareExact } from '../../src/analytics/exact.ts'

const figure = (exact: string) => ({ value: Number(exact), exact })
const none = { value: null, exact: null }

describe('figures that a double cannot hold', () => {
  test('are added by every digit', () => {
    expect(addExact([figure('9223372036854775807'), undefined, none, figure('0.0001')])).toEqual({
      value: 2 ** 63,
      exact: '9223372036854775807.0001',
    })
  })

  test('are compared by every digit', () => {
    expect(compareExact(figure('18446744073709551609'), figure('18446744073709551613'))).toBe(-1)
    expect(compareExact(figure('-9007199254740993'), figure('-9007199254740992.5'))).toBe(-1)
    expect(compareExact(figure('9007199254740993.10'), figure('9007199254740993.1'))).toBe(0)
  })
})

test('doubles are added as doubles, and keep a text without an exponent', () => {
  expect(addExact([figure('0.0000000000001'), figure('0.0000000000001')])).toEqual({
    value: 2e-13,
    exact: '0.0000000000002',
  })
})

test('no figure is less than any', () => {
  expect([compareExact(none, figure('-1')), compareExact(none, none)]).toEqual([-1, 0])
})
