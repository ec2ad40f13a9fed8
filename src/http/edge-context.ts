import type { Caller } from '../audit/caller.ts'
import type { RequestContext } from '../graphql/context.ts'
import type { Accepted } from './accepted.ts'
import type { Streamed } from './delivery.ts'

/** What the edge knows of a request. It ends here: resolvers get the `RequestContext` and nothing else. */
export interface EdgeContext {
  readonly requestId: string
  /** The client's address, for the audit. */
  readonly address: string | null
  /** The Authorization header. */
  readonly authorization: string | undefined
  /** The Origin header: the page that a browser calls from. */
  readonly origin: string | undefined
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
  /** The Last-Event-ID header: what a client that comes back has seen. */
  readonly lastEventId: string | undefined
  readonly accepted: Accepted
  /** Set where the answer is sent result by result. */
  streamed: Streamed | null
  /** Set once the credential was verified: whose request it is, for the audit. */
  caller: Caller | null
  /** Set where that failed, for a reason that is not the credential's. */
  failure: unknown
  /** Set once everything was bound to the credential. */
  requestContext: RequestContext | null
}
