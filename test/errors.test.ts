import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { badInput, errorCodes, TesseraError } from '../src/errors.ts'

describe('the documented list of error codes', () => {
  test('is that of the code', () => {
    const rows = Object.entries(errorCodes).map(
      ([code, { status, text }]) => `| \`${code}\` | ${status} | ${text} |`,
    )
    const documented = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
    expect(documented.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
  })
})

describe('an error', () => {
  test('says the argument and the form that it should have had', () => {
    const error = badInput('input.limit', 'a whole number from 1 to 10', ['1'])
    expect([error.code, error.message, error.details]).toEqual([
      'BAD_USER_INPUT',
      'An argument is not of the allowed form. input.limit: expected a whole number from 1 to 10.',
      { argument: 'input.limit', expected: 'a whole number from 1 to 10', allowed: ['1'] },
    ])
  })

  test('keeps its cause out of its text', () => {
    const cause = new Error('SELECT secret FROM somewhere')
    expect(new TesseraError('INTERNAL', { cause }).message).toBe('Something went wrong on the server.')
  })
})
