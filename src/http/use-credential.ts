import type { Plugin } from 'graphql-yoga'
import type { Credential } from '../access/credential.ts'
import { refusalOf } from '../access/refusal.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { type Caller, callerOf } from '../audit/caller.ts'
import { credentialRefused, type RequestOrigin } from '../audit/events.ts'
import { TesseraError } from '../errors.ts'
import type { RequestContext } from '../graphql/context.ts'
import type { EdgeContext } from './edge-context.ts'

export interface CredentialOptions {
  /**
   * @param address of the caller; null or left out where it is not known
   * @throws TesseraError UNAUTHENTICATED
   */
  readonly authenticate: (authorization: string | undefined, address?: string | null) => Promise<Credential>
  /**
   * Whether `authenticate` would refuse it without a look. Takes some microseconds.
   * @param address of the caller; null where it is not known
   */
  readonly turnsAway: (authorization: string | undefined, address: string | null) => boolean
  readonly createContext: (credential: Credential, request: RequestFacts) => Promise<RequestContext>
  readonly audit: AuditLog
  /** Is told of every request and download whose credential was accepted, whatever comes of it. */
  readonly onCaller?: ((caller: Caller, address: string | null) => void) | undefined
}

export interface RequestFacts {
  readonly requestId: string
  /** The page that a browser calls from. */
  readonly origin: string | undefined
  /** Of the caller; null where it is not known. */
  readonly address: string | null
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
  /** Whether the request was counted before, as that of a download was when it was asked for. */
  readonly isCounted?: boolean
  /** What a client that comes back says it saw last. */
  readonly lastEventId?: string | undefined
}

/**
 * Verifies the credential, once for each request and before anything of the body is parsed, so that what has no
 * credential gets a 401 whatever it says.
 * @returns the refusal of whoever has none, who is not worth any more of our time: a tenth of what GraphQL takes to say it
 */
export async function bindCredential(
  edge: EdgeContext,
  options: CredentialOptions,
): Promise<TesseraError | null> {
  try {
    edge.requestContext = await contextOf(edge, options)
    return null
  } catch (error) {
    if (isOfNobody(error, edge)) return error
    edge.failure = error
    return null
  }
}

function isOfNobody(error: unknown, { caller }: EdgeContext): error is TesseraError {
  if (!(error instanceof TesseraError)) return false
  return error.code === 'UNAUTHENTICATED' || (error.code === 'RATE_LIMITED' && caller === null)
}

/** From here on there is nothing raw: what resolvers get is replaced by what is bound to the credential. */
export function useCredential(): Plugin<EdgeContext, EdgeContext> {
  return {
    onRequestParse({ serverContext }) {
      if (serverContext.failure !== null) throw serverContext.failure
    },
    // What a plugin writes into the arguments is written over again, so the function itself is wrapped.
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => executeFn({ ...args, contextValue: boundContext(args.contextValue) }))
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args) => subscribeFn({ ...args, contextValue: boundContext(args.contextValue) }))
    },
  }
}

async function contextOf(edge: EdgeContext, options: CredentialOptions): Promise<RequestContext> {
  const { requestId, signal, address, origin, lastEventId } = edge
  try {
    const credential = await options.authenticate(edge.authorization, address)
    edge.caller = callerOf(credential)
    options.onCaller?.(edge.caller, address)
    const facts = { requestId, signal, origin, address, lastEventId }
    return await options.createContext(credential, facts)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal !== null) options.audit.record(credentialRefused(refusal, { requestId, address }))
    else if (edge.caller === null) recordUnseen(error, { requestId, address }, options)
    throw error instanceof TesseraError ? error : new TesseraError('INTERNAL', { cause: error })
  }
}

/** A credential that was not even looked at, so that nobody knows whose it is. */
export function recordUnseen(
  error: unknown,
  origin: RequestOrigin,
  { audit }: Pick<CredentialOptions, 'audit'>,
): void {
  if (error instanceof TesseraError && error.code === 'RATE_LIMITED') recordTurnedAway(origin, audit)
}

export function recordTurnedAway(origin: RequestOrigin, audit: AuditLog): void {
  audit.record({ kind: 'rate.limited', outcome: 'REFUSED', reason: 'unseen', environment: null, ...origin })
}

function boundContext({ requestContext }: EdgeContext): RequestContext {
  if (requestContext === null) throw new TesseraError('UNAUTHENTICATED')
  return requestContext
}
