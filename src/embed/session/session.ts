import { createTesseraClient, type TesseraClient } from '../../client/client.ts'
import { sharedTokens } from '../../client/shared-tokens.ts'
import type { TokenOptions, TokenSource } from '../../client/tokens.ts'

export type GetToken = (options: { readonly signal: AbortSignal }) => Promise<string> | string

/** How an element gets its token; the first that is there is taken. */
export interface TokenSettings {
  readonly getToken: GetToken | null | undefined
  readonly token: string | null | undefined
  readonly tokenEndpoint: string | null | undefined
}

/**
 * The client of an element. Elements that get their tokens the same way have them in common, so that a page with forty
 * of them asks its backend once. Tokens stay in memory: a page that is loaded again asks again. Each question is asked
 * with what the settings say then.
 * @returns null where the element says nothing of a token
 */
export function clientFor(url: string, settings: TokenSettings): TesseraClient | null {
  const first = tokenOptions(settings)
  if (first === null) return null
  const now = () => sharedTokens(tokenOptions(settings) ?? first)
  const tokens: TokenSource = {
    get: (options) => now().get(options),
    refused: (token) => now().refused(token),
    get expiresAt() {
      return now().expiresAt
    },
  }
  return createTesseraClient({ url, tokens })
}

/** Null where the page says nothing of a token. */
export function tokenOptions({ getToken, token, tokenEndpoint }: TokenSettings): TokenOptions | null {
  if (getToken) return { getToken }
  if (token) return { token }
  return tokenEndpoint ? { endpoint: tokenEndpoint } : null
}
