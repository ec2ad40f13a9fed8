import type { Finding, Path } from './problem.ts'

const maxDepth = 40
const maxValues = 100_000
const maxFindings = 100

/**
 * The value as plain JSON data of its own: objects of any prototype, and parts that several places share, become
 * ordinary objects. What JSON or the store can't keep is a finding: numbers without a value, text with lone
 * surrogates or U+0000, and keys that would reach a prototype.
 */
export function plainCopy(value: unknown): {
  readonly value: unknown
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  let left = maxValues
  const refuse = (path: Path, expected: string): null => {
    if (findings.length < maxFindings) findings.push({ path, expected })
    return null
  }

  function copy(of: unknown, path: Path): unknown {
    left -= 1
    if (left < 0) return left === -1 ? refuse([], `at most ${maxValues} values, aliases expanded`) : null
    if (of === null || typeof of === 'boolean') return of
    if (typeof of === 'string') return isStorable(of) ? of : refuse(path, 'well-formed text without U+0000')
    // Zero has one form in JSON.
    if (typeof of === 'number') return Number.isFinite(of) ? of + 0 : refuse(path, 'a finite number')
    if (typeof of !== 'object') return refuse(path, 'text, a number, true, false, a list or an object')
    if (path.length >= maxDepth) return refuse(path, `at most ${maxDepth} levels`)
    if (Array.isArray(of)) return of.map((item, index) => copy(item, [...path, index]))
    return Object.fromEntries(Object.entries(of).flatMap((entry) => copyMember(entry, path)))
  }

  function copyMember([key, member]: [string, unknown], path: Path): [string, unknown][] {
    if (member === undefined) return []
    if (key === '__proto__' || !isStorable(key)) {
      refuse([...path, key], 'another key')
      return []
    }
    return [[key, copy(member, [...path, key])]]
  }

  return { value: copy(value, []), findings }
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000')
}
