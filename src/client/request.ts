import { type Abortable, pause } from './abort.ts'
import { isObject } from './object.ts'
import { pageSession } from './page-session.ts'
import { aborted, TesseraError } from './tessera-error.ts'
import type { TokenSource } from './tokens.ts'
import type { TypedDocument } from './typed-document.ts'

export interface Endpoint {
  readonly url: URL
  readonly tokens: TokenSource
  readonly fetch: typeof fetch
}

export interface ApiRequest extends Abortable {
  readonly document: TypedDocument<unknown, never> | string
  readonly variables: unknown
  readonly accept: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Sent {
  readonly response: Response
  /** What it was sent with. */
  readonly token: string
}

/** A connection that broke before an answer is tried once more, so long after, where the question changes nothing. */
const retryAfterMs = 300

/**
 * Sends a question with a token. A token that is refused is replaced once; a connection that fails is tried once more,
 * but for mutations, which may have been done.
 * @throws TesseraError NETWORK, TOKEN_UNAVAILABLE, UNAUTHENTICATED where the next token is refused as well; ABORTED, also
 * for a mutation that was refused after the page's session had become another one
 */
export async function send(endpoint: Endpoint, request: ApiRequest): Promise<Sent> {
  const session = pageSession()
  const token = await endpoint.tokens.get({ signal: request.signal })
  const response = await sendTwice(endpoint, request, token)
  if (response.status !== 401) return { response, token }
  // What one viewer wanted to be done is not done for the next.
  if (session.aborted && changes(request)) throw aborted()
  endpoint.tokens.refused(token)
  const next = await endpoint.tokens.get({ signal: request.signal })
  // A fixed token stays what it is; its refusal is the answer.
  if (next === token) return { response, token }
  await response.body?.cancel()
  return { response: await sendTwice(endpoint, request, next), token: next }
}

async function sendTwice(endpoint: Endpoint, request: ApiRequest, token: string): Promise<Response> {
  try {
    return await sendOnce(endpoint, request, token)
  } catch (error) {
    const mayRepeat = error instanceof TesseraError && error.code === 'NETWORK' && !changes(request)
    if (!mayRepeat) throw error
    await pause(retryAfterMs, request.signal)
    return sendOnce(endpoint, request, token)
  }
}

/** A name that holds the word costs no more than a second attempt. */
function changes({ document }: ApiRequest): boolean {
  return /\bmutation\b/.test(textOf(document))
}

async function sendOnce({ url, fetch }: Endpoint, request: ApiRequest, token: string): Promise<Response> {
  const { document, variables, accept, headers, signal } = request
  const body = JSON.stringify({ query: textOf(document), variables })
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept,
        authorization: `Bearer ${token}`,
      },
      body,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      signal: signal ?? null,
    })
  } catch {
    if (signal?.aborted === true) throw aborted()
    throw new TesseraError('NETWORK', 'The API cannot be reached.')
  }
}

function textOf(document: TypedDocument<unknown, never> | string): string {
  if (isObject(document) && 'kind' in document) {
    throw new TypeError('A document is text: print(document) of graphql makes it of a syntax tree.')
  }
  return document.toString()
}

/** What a body breaks off with, as an error of ours. */
export function brokenOff(error: unknown, signal: AbortSignal | undefined): TesseraError {
  if (error instanceof TesseraError) return error
  if (signal?.aborted === true) return aborted()
  return new TesseraError('NETWORK', 'The connection broke before the answer was complete.')
}
