import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUnambiguous } from '../../src/access/json.ts'

const check = (text: string) => isUnambiguous(text, JSON.parse(text))

describe('a JSON text', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":{"c":1,"c":1}}',
    '{"a":1,"\\u0061":2}',
    '{"a":[{"b":1},{"b":1,"b" : 2}]}',
    '{"__proto__":{"a":1}}',
    '{"a":{"__proto__":1}}',
    '{"a":1,"__proto__":1,"__proto__":2}',
  ])('is ambiguous: %s', (text) => {
    expect(check(text)).toBe(false)
  })

  it.each([
    '{}',
    '[]',
    '"a\\":"',
    '{"a":"\\\\","b":"x\\":1,\\"b\\":"}',
    '{"a":{"b":1},"b":[{"b":1},{"b":2}],"c":":"}',
    '{ "a" \n : 1 }',
  ])('is unambiguous: %s', (text) => {
    expect(check(text)).toBe(true)
  })

  it('is unambiguous whenever JSON.stringify made it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(check(JSON.stringify(value))).toBe(!JSON.stringify(value).includes('"__proto__":'))
      }),
    )
  })
})
