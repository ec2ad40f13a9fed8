import { isObject, type JsonObject } from './object.ts'

type Path = readonly (string | number)[]

/**
 * A part of an answer that came later, put where it belongs. What lies on the way is copied and the rest shared, so
 * that two states can be told apart and compared by reference.
 */
export function mergedAt(state: unknown, path: Path, part: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return merged(state, part)
  if (Array.isArray(state)) {
    if (typeof key !== 'number' || key >= state.length) return state
    return state.map((item, index) => (index === key ? mergedAt(item, rest, part) : item))
  }
  // What a part hangs on may have been lost to an error; then the part is lost with it.
  if (!isObject(state)) return state
  return { ...state, [key]: mergedAt(state[key], rest, part) }
}

/** Items of a list that came later; the path ends with the index of the first. */
export function appendedAt(state: unknown, path: Path, items: readonly unknown[]): unknown {
  const index = path.at(-1)
  const list = valueAt(state, path.slice(0, -1))
  if (typeof index !== 'number' || !Array.isArray(list)) return state
  return replacedAt(state, path.slice(0, -1), [...list.slice(0, index), ...items])
}

function merged(state: unknown, part: unknown): unknown {
  if (!isObject(state) || !isObject(part)) return part
  const entries = Object.entries(part).map(([key, value]) => [key, mergedField(state, key, value)])
  return { ...state, ...Object.fromEntries(entries) }
}

/** A field may have come before with other parts of its selection. */
function mergedField(state: JsonObject, key: string, value: unknown): unknown {
  return isObject(value) && isObject(state[key]) ? merged(state[key], value) : value
}

function replacedAt(state: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(state))
    return state.map((item, index) => (index === key ? replacedAt(item, rest, value) : item))
  return isObject(state) ? { ...state, [key]: replacedAt(state[key], rest, value) } : state
}

function valueAt(state: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return state
  if (Array.isArray(state)) return typeof key === 'number' ? valueAt(state[key], rest) : undefined
  return isObject(state) ? valueAt(state[key], rest) : undefined
}
