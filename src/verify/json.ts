/** Reading what came over the wire and has no known shape. */

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | null {
  const found = valueAt(value, ...path)
  return isObject(found) ? found : null
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found : []
}

export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : null
}

export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), value)
}

/** Null where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What differs from answer to answer, and what holds the question itself. */
const unsteady = new Set(['stats', 'requestId', 'cursor', 'startCursor', 'endCursor'])

/** The same text for the same answer, whatever the order of its members. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (unsteady.has(key)) return undefined
    if (!isObject(member)) return member
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
