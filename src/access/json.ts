/**
 * Whether no object in the text names a member twice and none is named `__proto__`. JSON.parse keeps the last of two
 * without a word, another parser the first, and then signer and verifier have read different tokens (RFC 8725, 2.4).
 */
export function isUnambiguous(text: string, parsed: unknown): boolean {
  return countNames(text) === countMembers(parsed)
}

/** The strings of a valid JSON text that are followed by a colon: its member names, repeated ones included. */
function countNames(text: string): number {
  let count = 0
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) {
    if (colon !== undefined) count += 1
  }
  return count
}

/** NaN, which equals no count, where a member is named `__proto__`. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce((count: number, item) => count + countMembers(item), 0)
  if (Object.hasOwn(value, '__proto__')) return Number.NaN
  return Object.values(value).reduce((count: number, item) => count + 1 + countMembers(item), 0)
}
