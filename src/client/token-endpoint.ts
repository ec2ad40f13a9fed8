import { isObject, parsedJson } from './object.ts'
import { TesseraError } from './tessera-error.ts'
import type { HandedToken } from './token-life.ts'

export interface TokenEndpoint {
  readonly endpoint: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Asks the host's own backend, with the page's own cookies.
 * @throws TesseraError UNAUTHENTICATED where it knows no session, else TOKEN_UNAVAILABLE
 */
export async function postForToken(
  { endpoint, headers }: TokenEndpoint,
  signal: AbortSignal,
): Promise<HandedToken> {
  const response = await post(endpoint, headers, signal)
  const { status } = response
  if (status === 401 || status === 403) {
    throw new TesseraError(
      'UNAUTHENTICATED',
      `The page's session has ended: its token endpoint answered ${status}.`,
      { status },
    )
  }
  const answer = response.ok ? parsedJson(await response.text()) : undefined
  if (!isObject(answer) || typeof answer.token !== 'string') {
    const expected = '{ "token": "…" } as JSON'
    throw new TesseraError(
      'TOKEN_UNAVAILABLE',
      `The token endpoint answered ${status} without a token; expected ${expected}.`,
      { status, expected },
    )
  }
  const date = Date.parse(response.headers.get('date') ?? '')
  return { token: answer.token, issuedNow: Number.isNaN(date) ? null : date }
}

async function post(
  endpoint: string,
  headers: TokenEndpoint['headers'],
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: '{}',
      credentials: 'include',
      cache: 'no-store',
      signal,
    })
  } catch {
    throw new TesseraError('TOKEN_UNAVAILABLE', 'The token endpoint cannot be reached.')
  }
}
