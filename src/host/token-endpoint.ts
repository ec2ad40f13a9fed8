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
}

/**
 * What `token-endpoint` of the components and `tokenFrom({ endpoint })` ask: POST, answered with `{ token, expiresAt }`.
 * Fits wherever handlers take a Request and give a Response. Errors of the API and of `authorize` pass through to
 * whatever handles errors around it; nothing of them reaches the page from here.
 */
export function tokenEndpoint<Context = unknown>(
  options: TokenEndpointOptions<Context>,
): (request: Request, context: Context) => Promise<Response> {
  const { host, authorize, origins = [] } = options
  return async (request, context) => {
    const cors = corsHeaders(request, origins)
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
function isFromElsewhere({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin'
  const origin = headers.get('origin')
  if (origin === null) return false
  return !URL.canParse(origin) || new URL(origin).host !== headers.get('host')
}

/** @returns null for a page that was not named */
function corsHeaders({ headers }: Request, origins: readonly string[]): Record<string, string> | null {
  const origin = headers.get('origin')
  if (origin === null || !origins.includes(origin)) return null
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
    'access-control-expose-headers': 'date',
    vary: 'Origin',
  }
}
