import { isObject } from './object.ts'

/** What relative addresses are resolved against; undefined where there is no page. */
export function pageAddress(): string | undefined {
  const location: unknown = Reflect.get(globalThis, 'location')
  return isObject(location) && typeof location.href === 'string' ? location.href : undefined
}
