import { isObject } from './object.ts'

/** What relative addresses are resolved against, as fetch does; undefined where there is no page. */
export function pageAddress(): string | undefined {
  const document: unknown = Reflect.get(globalThis, 'document')
  if (isObject(document) && typeof document.baseURI === 'string') return document.baseURI
  const location: unknown = Reflect.get(globalThis, 'location')
  return isObject(location) && typeof location.href === 'string' ? location.href : undefined
}
