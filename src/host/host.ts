import { dataOf } from '../client/answer.ts'
import { aborted, TesseraError } from '../client/tessera-error.ts'
import type { TypedDocument } from '../client/typed-document.ts'
import {
  CreateGuestTokenDocument,
  type CreateGuestTokenInput,
  type CreateGuestTokenMutation,
  RevokeGuestTokensDocument,
  type RevokeGuestTokensInput,
} from './documents.generated.ts'

export interface TesseraHostOptions {
  /** The address of the API, such as `https://analytics.example.com`. */
  readonly url: string | URL
  /** An API key with the scope tokens:create. */
  readonly apiKey: string
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

export type GuestToken = CreateGuestTokenMutation['createGuestToken']

export interface HostCallOptions {
  readonly signal?: AbortSignal | undefined
}

/** What a backend does with its API key. Every call throws TesseraError, with the API's code or NETWORK or ABORTED. */
export interface TesseraHost {
  /** A token for one viewer of one tenant. Made for each page or session, not kept. */
  createGuestToken(input: CreateGuestTokenInput, options?: HostCallOptions): Promise<GuestToken>
  /**
   * Ends the tokens of one viewer, of a tenant, or a single one before their time, on every server within two seconds.
   * @returns how many it is about
   */
  revokeGuestTokens(input: RevokeGuestTokensInput, options?: HostCallOptions): Promise<number>
}

const defaultTimeoutMs = 10_000

/** @throws Error in a page, where an API key would be everyone's */
export function createTesseraHost(options: TesseraHostOptions): TesseraHost {
  refusePages()
  const { timeoutMs = defaultTimeoutMs, apiKey } = options
  // A header that cannot be sent would be told, key and all, in the error of fetch.
  if (!/^[\w.~+/=-]+$/.test(apiKey)) throw new TypeError('apiKey is no API key: it has characters of none.')
  const base = new URL(options.url)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  const url = new URL('graphql', base)
  const ask: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))

  async function asked<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    { signal }: HostCallOptions = {},
  ): Promise<Data> {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await ask(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          authorization: `Bearer ${apiKey}`,
        },
        body: JSON.stringify({ query: document.toString(), variables }),
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      })
      return trusted(await dataOf(response))
    } catch (error) {
      if (error instanceof TesseraError) throw error
      if (signal?.aborted === true) throw aborted()
      const reason = timeout.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached'
      throw new TesseraError('NETWORK', `The API at ${url.origin} ${reason}.`)
    }
  }

  return {
    createGuestToken: async (input, call) =>
      (await asked(CreateGuestTokenDocument, { input }, call)).createGuestToken,
    revokeGuestTokens: async (input, call) =>
      (await asked(RevokeGuestTokensDocument, { input }, call)).revokeGuestTokens,
  }
}

/** The API answers a document with the types that were generated for it; nothing here could check them. */
function trusted<Typed>(answer: unknown): Typed {
  return answer as Typed
}

function refusePages(): void {
  if (!('window' in globalThis) || !('document' in globalThis)) return
  throw new Error(
    'tessera/host holds an API key, which whoever opens a page can read: make guest tokens in your backend, and give pages those.',
  )
}
