import { pageAddress } from './page-address.ts'
import { type TokenOptions, type TokenSource, tokenFrom } from './tokens.ts'

/** Several bundles of a page may each hold a copy of this module; what they share stands under a name. */
const registryKey = Symbol.for('tessera.tokens')

interface Registry {
  readonly byEndpoint: Map<string, TokenSource>
  readonly byFunction: WeakMap<object, TokenSource>
}

/**
 * One source for all components of a page that name the same endpoint with the same headers, or the same function, so
 * that the host is asked once for all of them. A fixed token needs no sharing.
 */
export function sharedTokens(options: TokenOptions): TokenSource {
  if ('token' in options) return tokenFrom(options)
  const { byEndpoint, byFunction } = registry()
  if ('getToken' in options) {
    const known = byFunction.get(options.getToken)
    const source = known ?? tokenFrom(options)
    byFunction.set(options.getToken, source)
    return source
  }
  const headers = Object.entries(options.headers ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const key = JSON.stringify([new URL(options.endpoint, pageAddress()).href, headers])
  const source = byEndpoint.get(key) ?? tokenFrom(options)
  byEndpoint.set(key, source)
  return source
}

function registry(): Registry {
  const known: unknown = Reflect.get(globalThis, registryKey)
  if (isRegistry(known)) return known
  const made: Registry = { byEndpoint: new Map(), byFunction: new WeakMap() }
  Reflect.set(globalThis, registryKey, made)
  return made
}

function isRegistry(value: unknown): value is Registry {
  return typeof value === 'object' && value !== null && 'byEndpoint' in value && 'byFunction' in value
}
