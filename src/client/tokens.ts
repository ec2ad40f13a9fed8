import { type Abortable, orAborted } from './abort.ts'
import { pageSession } from './page-session.ts'
import { TesseraError } from './tessera-error.ts'
import { postForToken } from './token-endpoint.ts'
import { type HandedToken, type TokenLife, tokenLife } from './token-life.ts'

export interface TokenSource {
  /**
   * A token that should still be accepted. Whoever asks at the same time waits for the same renewal.
   * @throws TesseraError TOKEN_UNAVAILABLE, UNAUTHENTICATED where the host says that its user has no session, ABORTED
   */
  get(options?: Abortable): Promise<string>
  /** Told with the token that the API refused; the next `get` asks for another one. */
  refused(token: string): void
  /** When the token in hand ends, by the page's clock; null where there is none or it does not say. */
  readonly expiresAt: Date | null
}

export type TokenOptions =
  | { readonly token: string }
  | {
      /** Is POSTed, with the page's own cookies, and answers `{ "token": "…" }`. */
      readonly endpoint: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly getToken: (options: { readonly signal: AbortSignal }) => Promise<string> | string }

export function tokenFrom(options: TokenOptions): TokenSource {
  if ('token' in options) return fixedToken(options.token)
  if ('endpoint' in options) return renewedToken((signal) => postForToken(options, signal))
  const { getToken } = options
  return renewedToken(async (signal) => ({ token: await getToken({ signal }), issuedNow: null }))
}

/** A token that the host replaces itself, by setting another one. */
function fixedToken(text: string): TokenSource {
  const life = tokenLife(text, Date.now(), null)
  return {
    get: async () => checked(text),
    refused: () => {},
    expiresAt: life === null ? null : new Date(life.expiresAt),
  }
}

const timeoutMs = 15_000
/** After a failure nobody is asked for so long, and twice as long after each further one. */
const firstPauseMs = 1000
const longestPauseMs = 8000
/** So shortly before its end a token may be refused by the time it arrives. */
const marginMs = 5000

interface Held {
  readonly token: string
  readonly life: TokenLife | null
}

function renewedToken(ask: (signal: AbortSignal) => Promise<HandedToken>): TokenSource {
  let session = pageSession()
  let held: Held | null = null
  let renewal: Promise<string> | null = null
  let failure: { readonly error: TesseraError; readonly until: number; readonly pauseMs: number } | null =
    null

  /** What a session before got or failed to get is nothing to this one. */
  function follow(): void {
    if (!session.aborted) return
    session = pageSession()
    held = renewal = failure = null
  }

  async function renew(asking: AbortSignal): Promise<string> {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const { token, issuedNow } = await orAborted(orAborted(ask(timeout), timeout), asking)
      held = { token: checked(token), life: tokenLife(token, Date.now(), issuedNow) }
      failure = null
      return token
    } catch (cause) {
      if (asking.aborted) throw cause
      const pauseMs = Math.min(failure === null ? firstPauseMs : failure.pauseMs * 2, longestPauseMs)
      const error = cause instanceof TesseraError && !timeout.aborted ? cause : unavailable()
      failure = { error, until: Date.now() + pauseMs, pauseMs }
      throw error
    } finally {
      if (session === asking) renewal = null
    }
  }

  function renewed(): Promise<string> {
    if (renewal !== null) return renewal
    if (failure !== null && Date.now() < failure.until) return Promise.reject(failure.error)
    renewal = renew(session)
    return renewal
  }

  return {
    get: ({ signal } = {}) => {
      follow()
      const now = Date.now()
      if (held === null) return orAborted(renewed(), signal)
      const { token, life } = held
      if (life === null || now < life.renewAt) return orAborted(Promise.resolve(token), signal)
      const next = renewed()
      const margin = Math.min(marginMs, (life.expiresAt - life.renewAt) / 2)
      if (now >= life.expiresAt) return orAborted(next, signal)
      // It is still good: a failure shows when it has run out.
      const orThisOne = next.catch(() => token)
      return orAborted(now < life.expiresAt - margin ? Promise.resolve(token) : orThisOne, signal)
    },
    refused: (token) => {
      if (held?.token === token) held = null
    },
    get expiresAt() {
      follow()
      return held === null || held.life === null ? null : new Date(held.life.expiresAt)
    },
  }
}

function unavailable(): TesseraError {
  return new TesseraError('TOKEN_UNAVAILABLE', 'The page was asked for a token and gave none.')
}

/**
 * A header's value that is no token would be told in the error of whoever sets it.
 * @throws TesseraError TOKEN_UNAVAILABLE
 */
function checked(token: unknown): string {
  if (typeof token === 'string' && /^[\w.~+/=-]{1,16000}$/.test(token)) return token
  throw new TesseraError('TOKEN_UNAVAILABLE', 'What the page gave as a token is none.')
}
