import { describe, expect, test } from 'vitest'
import { isAmong, isOriginEntry } from '../../src/access/origins.ts'

describe('an entry of a list of origins', () => {
  test.each([
    'https://app.example.com',
    'http://localhost:3000',
    'https://xn--bcher-kva.example',
    'https://192.0.2.1',
    'https://[2001:db8::1]:8443',
    'https://*.example.com',
    'https://*.example.com:8443',
    'http://*.xn--bcher-kva.example',
  ])('may be %s', (entry) => {
    expect(isOriginEntry(entry)).toBe(true)
  })

  test.each([
    '*',
    'null',
    '',
    'https://*',
    'https://*.com',
    'https://*.',
    'https://*example.com',
    'https://app.*.com',
    'https://*.*.example.com',
    'https://a.*.example.com',
    'https://*.example.com:*',
    'https://*.example.com:443',
    'https://app.example.com:443',
    'http://app.example.com:80',
    '*://app.example.com',
    '*.example.com',
    'ws://*.example.com',
    'https://*.0.0.1',
    'https://*.example.com/',
    'https://*.example.com/path',
    'https://*.example.com.',
    'https://*.bücher.example',
    'https://bücher.example',
    'https://APP.example.com',
    'https://*.Example.com',
    'https://user@app.example.com',
    'https://*.example.com\n',
  ])('is never %s', (entry) => {
    expect(isOriginEntry(entry)).toBe(false)
  })
})

describe('a page', () => {
  test.each([
    ['https://a.example.com', 'https://*.example.com'],
    ['https://a.b-c.example.com', 'https://*.example.com'],
    ['https://xn--bcher-kva.example.com', 'https://*.example.com'],
    ['https://a.example.com:8443', 'https://*.example.com:8443'],
    ['https://app.example.com.', 'https://app.example.com.'],
  ])('%s is one of %s', (origin, entry) => {
    expect(isAmong(['https://other.example', entry], origin)).toBe(true)
  })

  test.each([
    ['https://example.com', 'https://*.example.com'],
    ['https://.example.com', 'https://*.example.com'],
    ['https://a..example.com', 'https://*.example.com'],
    ['https://evilexample.com', 'https://*.example.com'],
    ['https://a.example.com.evil.com', 'https://*.example.com'],
    ['https://evil.com/.example.com', 'https://*.example.com'],
    ['https://evil.com?.example.com', 'https://*.example.com'],
    ['https://evil.com:80.example.com', 'https://*.example.com'],
    ['https://user@a.example.com', 'https://*.example.com'],
    ['http://a.example.com', 'https://*.example.com'],
    ['https://a.example.com:8443', 'https://*.example.com'],
    ['https://a.example.com', 'https://*.example.com:8443'],
    ['https://a.example.com:443', 'https://*.example.com'],
    ['https://a.example.com.', 'https://*.example.com'],
    ['https://A.example.com', 'https://*.example.com'],
    ['https://*.example.com', 'https://*.example.com'],
    ['https://app.example.com.', 'https://app.example.com'],
    ['https://app.example.com', 'https://app.example.com.'],
    ['null', 'null'],
    ['', ''],
    ['https://evil.com', '*'],
    ['https://evil.com', 'https://*'],
    ['https://evil.com', 'https://*.com'],
    ['https://evil.com, https://a.example.com', 'https://*.example.com'],
  ])('%s is none of %s', (origin, entry) => {
    expect(isAmong([entry], origin)).toBe(false)
  })
})
