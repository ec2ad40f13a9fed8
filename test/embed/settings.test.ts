import { describe, expect, test } from 'vitest'
import { readSettings } from '../../src/embed/element/settings.ts'
import { apiAddress } from '../../src/embed/session/api-address.ts'
import { problem } from '../../src/embed/states/problem.ts'

const nothing = { period: null, compare: null, grain: null, filters: null }
const read = (settings: Partial<typeof nothing> | Record<string, unknown>) =>
  readSettings({ ...nothing, ...settings }, 'UTC')

describe('what a host says of the controls', () => {
  test('is read in the words of attributes', () => {
    expect(
      read({ period: 'last_7_days', compare: 'previous-year', grain: 'week', filters: '{"state":["CA"]}' }),
    ).toEqual({
      controls: {
        timeRange: { period: 'last_7_days' },
        compareTo: 'PREVIOUS_YEAR',
        granularity: 'WEEK',
        filters: { state: ['CA'] },
      },
    })
  })

  test.each([
    ['period', 'whenever'],
    ['grain', 'fortnight'],
    ['compare', 'yesterday'],
    ['filters', '{"state": "CA"}'],
    ['filters', 'state=CA'],
    ['filters', ['CA']],
  ])('is refused and not left out where it cannot be read: %s=%s', (argument, value) => {
    const found = read({ [argument]: value })
    expect(found).toEqual({
      problem: problem('BAD_USER_INPUT', { argument, expected: expect.any(String) }),
    })
  })
})

describe('the address of the API', () => {
  test.each([
    ['https://analytics.example.com/embed/tessera.js', 'https://analytics.example.com/'],
    ['https://example.com/analytics/embed/tessera-0.1.0-ABC.js?v=1', 'https://example.com/analytics/'],
  ])('is where %s came from', (script, address) => {
    expect(apiAddress(null, 'https://app.example.com/page', script)).toBe(address)
  })

  test('is what the page names, also beside its own', () => {
    const script = 'https://analytics.example.com/embed/tessera.js'
    expect(apiAddress('https://other.example.com', 'https://app.example.com/page', script)).toBe(
      'https://other.example.com/',
    )
    expect(apiAddress('/analytics/', 'https://app.example.com/page', script)).toBe(
      'https://app.example.com/analytics/',
    )
  })

  test.each(['https://app.example.com/assets/bundle.js', 'blob:https://app.example.com/1', 'not an address'])(
    'is not guessed from %s',
    (script) => {
      expect(apiAddress(null, 'https://app.example.com/page', script)).toBe(null)
    },
  )
})
