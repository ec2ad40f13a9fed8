/** Freezes a value and everything in it, in place. `Object.freeze` alone leaves a Map open. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) closeMap(value)
  Object.freeze(value)
  for (const member of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(member)
  return value
}

function closeMap(map: ReadonlyMap<unknown, unknown>): void {
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuseChange })
}

function refuseChange(): never {
  throw new TypeError('A catalogue cannot be changed.')
}
