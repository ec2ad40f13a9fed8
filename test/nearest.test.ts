import { describe, expect, it } from 'vitest'
import { nearest } from '../src/nearest.ts'

describe('the nearest names', () => {
  it('are five at the most, the most similar first, and by the alphabet where they are equally so', () => {
    expect(nearest('flght', ['airports', 'flights', 'freight', 'b', 'a', 'c'])).toEqual([
      'flights',
      'freight',
      'a',
      'b',
      'c',
    ])
  })

  it('of a very long name come as fast as of a short one', () => {
    expect(nearest('x'.repeat(1_000_000), ['a'])).toEqual(['a'])
  })
})
