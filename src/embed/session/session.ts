import { createTesseraClient, type TesseraClient } from '../../client/client.ts'
import { type TokenSource, tokenFrom } from '../../client/tokens.ts'

export type GetToken = (options: { readonly signal: AbortSignal }) => Promise<string> | string

/** How an element gets its token; the first that is there is taken. */
export interface TokenSettings {
  readonly getToken: GetToken | null
  readonly token: string | null
  readonly tokenEndpoint: string | null
}

const byEndpoint = new Map<string, TokenSource>()
const byFunction = new WeakMap<GetToken, TokenSource>()

/**
 * The client of an element. Elements that get their tokens the same way have them in common, so that a page with forty
 * of them asks its backend once. Tokens stay in memory: a page that is loaded again asks again.
 * @returns null where the element says nothing of a token
 */
export function clientFor(url: string, settings: TokenSettings): TesseraClient | null {
  const tokens = tokensFor(settings)
  return tokens === null ? null : createTesseraClient({ url, tokens })
}

function tokensFor({ getToken, token, tokenEndpoint }: TokenSettings): TokenSource | null {
  if (getToken !== null) return known(byFunction, getToken, () => tokenFrom({ getToken }))
  if (token) return tokenFrom({ token })
  if (!tokenEndpoint) return null
  return known(byEndpoint, tokenEndpoint, () => tokenFrom({ endpoint: tokenEndpoint }))
}

interface Known<Key> {
  get(key: Key): TokenSource | undefined
  set(key: Key, tokens: TokenSource): unknown
}

function known<Key>(sources: Known<Key>, key: Key, make: () => TokenSource): TokenSource {
  const tokens = sources.get(key) ?? make()
  sources.set(key, tokens)
  return tokens
}
