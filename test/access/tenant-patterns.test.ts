import { describe, expect, it } from 'vitest'
import { coversPattern, isTenantPattern, matchesTenant } from '../../src/access/tenant-patterns.ts'

describe('a pattern of tenants', () => {
  it.each([
    ['acme-*', 'acme-1', true],
    ['acme-*', 'acme-', true],
    ['acme-*', 'acme', false],
    ['acme-*', 'ACME-1', false],
    ['acme-*', 'x-acme-1', false],
    ['acme', 'acme', true],
    ['acme', 'acme-1', false],
    ['*', 'whoever', true],
    ['a.me', 'acme', false],
  ])('%s matches %s: %s', (pattern, tenantId, expected) => {
    expect(matchesTenant(pattern, tenantId)).toBe(expected)
  })

  it.each([
    ['acme-*', 'acme-eu-*', true],
    ['acme-*', 'acme-*', true],
    ['acme-*', 'acme-1', true],
    ['acme-eu-*', 'acme-*', false],
    ['acme-*', '*', false],
    ['*', '*', true],
    ['acme', 'acme*', false],
    ['acme', 'acme', true],
  ])('%s covers %s: %s', (pattern, other, expected) => {
    expect(coversPattern(pattern, other)).toBe(expected)
  })

  it.each(['', 'a*b', '**', '*a', 'a\u0000*', '\ud800', 'a'.repeat(257)])('is not %j', (text) => {
    expect(isTenantPattern(text)).toBe(false)
  })
})
