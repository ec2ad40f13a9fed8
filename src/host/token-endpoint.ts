import { checkedOrigin } from '../client/origin.ts'
import type { CreateGuestTokenInput } from './documents.generated.ts'
import type { TesseraHost } from './host.ts'

export interface TokenEndpointOptions<Context> {
  readonly host: Pick<TesseraHost, 'createGuestToken'>
  /**
   * Whom the request is for, by the backend's own session: what the token may see, or null where nobody is signed in.
   * Nothing of it should come from the request's body.
   */
  readonly authorize: (
    request: Request,
    context: Context,
  ) => Promise<CreateGuestTokenInput | null> | CreateGuestTokenInput | null
  /** Other origins whose pages may ask, such as `https://app.example.com`. Without them, the backend's own alone. */
  readonly origins?: readonly string[]
  /** Headers that those pages send, as `sharedTokens({ endpoint, headers })` does: `['x-csrf-token']`. */
  readonly allowedHeaders?: readonly string[]
}

/**
 * What `token-endpoint` of the components and `tokenFrom({ endpoint })` ask: POST, answered with `{ token, expiresAt }`.
 * Fits wherever handlers take a Request and give a Response. Errors of the API and of `authorize` pass through to
 * whatever handles errors around it; nothing of them reaches the page from here.
 * @throws TypeError where one of `origins` is none: no page would ever match it
 */
export function tokenEndpoint<Context = unknown>(
  options: TokenEndpointOptions<Context>,
): (request: Request, context: Context) => Promise<Response> {
  const { host, authorize, allowedHeaders = [] } = options
  const origins = (options.origins ?? []).map(checkedOrigin)
  const headers = ['content-type', ...allowedHeaders].join(', ')
  return async (request, context) => {
    const cors = corsHeaders(request, origins, headers)
    if (request.method === 'OPTIONS' && cors !== null)
      return new Response(null, { status: 204, headers: cors })
    if (request.method !== 'POST') return answer(405, { error: 'METHOD_NOT_ALLOWED' }, { allow: 'POST' })
    if (cors === null && isFromElsewhere(request)) return answer(403, { error: 'ORIGIN_NOT_ALLOWED' })
    const input = await authorize(request, context)
    if (input === null) return answer(401, { error: 'UNAUTHENTICATED' }, cors ?? {})
    const { token, expiresAt } = await host.createGuestToken(input, { signal: request.signal })
    return answer(200, { token, expiresAt }, cors ?? {})
  }
}

function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

/**
 * A page of another site could have a signed-in browser send this; it could not read the answer, but nothing is done
 * for it either. Browsers say where a request comes from, and what says nothing is no browser with cookies of others.
 */
function isFromElsewhere({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin'
  const origin = headers.get('origin')
  if (origin === null) return false
  if (!URL.canParse(origin)) return true
  const { host, protocol } = new URL(origin)
  if (host !== headers.get('host')) return true
  // Before a proxy that speaks TLS, this may be http itself; the other way round, somebody on the way made the page.
  const own = headers.get('x-forwarded-proto')?.split(',', 1)[0]?.trim() ?? new URL(url).protocol.slice(0, -1)
  return protocol !== 'https:' && own === 'https'
}

/** @returns null for a page that was not named */
function corsHeaders(
  { headers }: Request,
  origins: readonly string[],
  allowedHeaders: string,
): Record<string, string> | null {
  const origin = headers.get('origin')
  if (origin === null || !origins.includes(origin)) return null
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': '600',
    'access-control-expose-headers': 'date',
    vary: 'Origin',
  }
}
