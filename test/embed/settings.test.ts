import { describe, expect, test } from 'vitest'
import { createTesseraClient } from '../../src/client/client.ts'
import { tokenFrom } from '../../src/client/tokens.ts'
import { readKept, readLive, readSettings } from '../../src/embed/element/settings.ts'
import { exportAddress } from '../../src/embed/export/export-address.ts'
import { apiAddress } from '../../src/embed/session/api-address.ts'
import { problem } from '../../src/embed/states/problem.ts'

const nothing = { period: null, compare: null, grain: null, filters: null }
const read = (settings: Partial<typeof nothing> | Record<string, unknown>) =>
  readSettings({ ...nothing, ...settings })

describe('what a host says of the controls', () => {
  test('is read in the words of attributes', () => {
    const found = read({
      ...{ period: 'last_7_days', compare: 'previous-year' },
      ...{ grain: 'week', filters: '{"state":["CA"]}' },
    })
    expect('controls' in found && found.controls('UTC')).toEqual({
      timeRange: { period: 'last_7_days' },
      compareTo: 'PREVIOUS_YEAR',
      granularity: 'WEEK',
      filters: { state: ['CA'] },
    })
  })

  test.each([
    ['period', 'whenever'],
    ['period', '2001-03-01/2001-03-31/x'],
    ['grain', 'fortnight'],
    ['compare', 'yesterday'],
    ['filters', '{"state": "CA"}'],
    ['filters', 'state=CA'],
    ['filters', ['CA']],
    ['filters', '{"state":[]}'],
  ])('is refused and not left out where it cannot be read: %s=%s', (argument, value) => {
    const found = read({ [argument]: value })
    expect(found).toEqual({
      problem: problem('BAD_USER_INPUT', { argument, expected: expect.any(String) }),
    })
  })
})

describe('what a host had kept', () => {
  test.each([
    { fliters: { state: ['CA'] } },
    { timeRange: { period: 'today', between: { start: '2001-03-01', stop: '2001-04-01' } } },
  ])('is refused and not left out where it cannot be read: %j', (state) => {
    const expected = 'what controlsState was read as'
    expect(readKept(state)).toEqual({
      problem: problem('BAD_USER_INPUT', { argument: 'controlsState', expected }),
    })
  })
})

describe('how often figures come by themselves', () => {
  test.each([
    [null, null],
    [undefined, null],
    [false, null],
    ['false', null],
    [true, 10],
    ['true', 10],
    ['', 10],
    ['5', 5],
    [2.4, 2],
  ])('%j: %j seconds', (live, seconds) => {
    expect(readLive(live)).toEqual({ seconds })
  })

  test.each(['abc', '0', 0, -5, 'Infinity', {}])('is refused where it cannot be read: %j', (live) => {
    const expected = expect.any(String)
    expect(readLive(live)).toEqual({ problem: problem('BAD_USER_INPUT', { argument: 'live', expected }) })
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

  test.each(['localhost:4000', 'javascript:alert(1)', 'ftp://analytics.example.com/', 'http://['])(
    'is none where the page names %s',
    (named) => {
      const script = 'https://analytics.example.com/embed/tessera.js'
      expect(apiAddress(named, 'https://app.example.com/page', script)).toBe(null)
    },
  )

  test('and of downloads keeps the prefix that it stands below', async () => {
    const url = 'https://app.example.com/analytics/'
    const data = { createExport: { url: '/exports/abc' } }
    const client = createTesseraClient({
      ...{ url, tokens: tokenFrom({ token: 'aaa.bbb.ccc' }) },
      fetch: async () => Response.json({ data }),
    })
    const wish = { widget: 'total', asked: {}, format: 'CSV' } as const
    expect(await exportAddress(client, wish, new AbortController().signal)).toBe(
      'https://app.example.com/analytics/exports/abc',
    )
  })

  test.each(['https://app.example.com/assets/bundle.js', 'blob:https://app.example.com/1', 'not an address'])(
    'is not guessed from %s',
    (script) => {
      expect(apiAddress(null, 'https://app.example.com/page', script)).toBe(null)
    },
  )
})
