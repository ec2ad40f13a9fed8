import type { Abortable } from './abort.ts'
import { dataOf } from './answer.ts'
import { executed } from './execute.ts'
import { pageAddress } from './page-address.ts'
import { brokenOff, type Endpoint, send } from './request.ts'
import type { subscribed } from './subscribe.ts'
import { TesseraError } from './tessera-error.ts'
import type { TokenSource } from './tokens.ts'
import type { TypedDocument } from './typed-document.ts'

export interface TesseraClientOptions {
  /** The address of the API, such as `https://analytics.example.com`. */
  readonly url: string | URL
  readonly tokens: TokenSource
  readonly fetch?: typeof fetch
}

/** An answer as far as it has come. */
export interface PartialAnswer<Data> {
  readonly data: Data | null
  /** Those of single fields have a path. */
  readonly errors: readonly TesseraError[]
  readonly hasNext: boolean
}

/** One event of a subscription. */
export interface LiveAnswer<Data> {
  readonly data: Data | null
  readonly errors: readonly TesseraError[]
}

type Document<Data, Variables> = TypedDocument<Data, Variables> | string

export interface TesseraClient {
  /** What paths of the API's answers, such as that of an export, are resolved against. */
  readonly url: URL
  /**
   * The whole answer.
   * @throws TesseraError the first one where anything of the answer failed; `execute` has what did not
   */
  query<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options?: Abortable,
  ): Promise<Data>
  /**
   * The answer again and again, as its parts arrive: what is deferred is absent until then. One state where it comes
   * whole. Ends the request when the iteration ends.
   * @throws TesseraError where there is no answer or it broke off
   */
  execute<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options?: Abortable,
  ): AsyncIterable<PartialAnswer<Data>>
  /**
   * The events of a subscription, over connections that are made anew when they break. Ends when the server says
   * that it is complete, and when it is aborted.
   * @throws TesseraError where coming back is of no use: UNAUTHENTICATED, or a question that is refused
   */
  subscribe<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    options?: Abortable,
  ): AsyncIterable<LiveAnswer<Data>>
}

export function createTesseraClient(options: TesseraClientOptions): TesseraClient {
  const base = new URL(options.url, pageAddress())
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  // A fetch that is called as another object's method is refused by browsers.
  const ask: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))
  const endpoint: Endpoint = { url: new URL('graphql', base), tokens: options.tokens, fetch: ask }
  return {
    url: base,
    query: async (document, variables, { signal } = {}) => {
      const accept = 'application/graphql-response+json, application/json'
      const { response } = await send(endpoint, { document, variables, accept, signal })
      const data = await dataOf(response).catch((error: unknown) => {
        throw brokenOff(error, signal)
      })
      return trusted(data)
    },
    execute: (document, variables, { signal } = {}) =>
      trusted(executed(endpoint, { document, variables, signal })),
    subscribe: (document, variables, { signal } = {}) =>
      trusted(subscribedLater(endpoint, { document, variables, signal })),
  }
}

/** Pages without live figures do not load what reads events. */
async function* subscribedLater(...asked: Parameters<typeof subscribed>): ReturnType<typeof subscribed> {
  const { subscribed } = await import('./subscribe.ts').catch(() => {
    throw new TesseraError('NETWORK', 'What reads events did not load.')
  })
  yield* subscribed(...asked)
}

/** The API answers a document with the types that were generated for it; nothing here could check them. */
function trusted<Typed>(answer: unknown): Typed {
  return answer as Typed
}
