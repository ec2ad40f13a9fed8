import { PothosValidationError } from '@pothos/core'
import { GraphQLError, Kind } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { errorCodes, TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { publicExtensions } from './answer.ts'
import { type Delivered, mapped } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'

export interface MaskOptions {
  readonly log: Logger
  /** Takes "Did you mean …?" away: it would tell the names of a schema that can't be asked for. */
  readonly hideSuggestions: boolean
}

interface Masking extends MaskOptions {
  /** An error that is told to a thousand subscribers is logged once. */
  readonly logged: WeakSet<object>
  /** What is sent by itself is no answer of HTTP, whose status was told before. */
  readonly isPart: boolean
}

/**
 * The one place that every error passes on its way out, whatever threw it: our own with their codes, what GraphQL
 * found wrong with the request as BAD_USER_INPUT, and anything else as INTERNAL with nothing inside. Each has the
 * request's id, under which the log has the cause.
 */
export function useMaskedErrors(given: MaskOptions): Plugin<object, EdgeContext> {
  const logged = new WeakSet<object>()
  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result)) throw new Error('One request has one answer.')
      const masked = (isPart: boolean) => (answer: Delivered) =>
        maskErrors(answer, serverContext, { ...given, logged, isPart })
      setResult(Symbol.asyncIterator in result ? mapped(result, masked(true)) : masked(false)(result))
    },
  }
}

/** Of a result and of each part that comes with it. */
function maskErrors(result: Delivered, edge: EdgeContext, options: Masking): Delivered {
  const { errors, incremental } = result
  if (errors === undefined && incremental === undefined) return result
  return {
    ...result,
    ...(errors && { errors: errors.map((error) => maskError(error, edge, options)) }),
    ...(incremental && { incremental: incremental.map((part) => maskErrors(part, edge, options)) }),
  }
}

function maskError(error: GraphQLError, { requestId, signal }: EdgeContext, options: Masking): GraphQLError {
  const ours = tesseraErrorIn(error)
  if (ours === null && isOfTheRequest(error)) return maskGraphQLError(error, requestId, options)
  const shown = ours ?? new TesseraError('INTERNAL', { cause: error.originalError ?? error })
  // Whoever has gone caused the errors that follow from it.
  const cause: object = ours ?? error.originalError ?? error
  if (errorCodes[shown.code].status >= 500 && !signal.aborted && !options.logged.has(cause)) {
    options.logged.add(cause)
    const path = error.path?.join('.')
    options.log.error(
      { err: shown.details.cause ?? shown, code: shown.code, requestId, path },
      'a request failed',
    )
  }
  return publicError(error, shown.message, {
    ...publicExtensions(shown),
    requestId,
    ...(tellsStatus(error, options) && { http: httpOf(shown) }),
  })
}

function maskGraphQLError(error: GraphQLError, requestId: string, options: Masking): GraphQLError {
  const message = options.hideSuggestions ? error.message.replace(/ ?Did you mean .*$/s, '') : error.message
  const argument = argumentIn(error.message)
  const { http, code } = error.extensions
  // Of a request that has no document to run, clients of either media type are told by the status.
  const isWithoutDocument = code === 'BAD_REQUEST'
  return publicError(error, message, {
    code: 'BAD_USER_INPUT',
    ...(argument !== null && { argument }),
    requestId,
    ...(tellsStatus(error, options) && {
      http: { status: 400, ...(typeof http === 'object' && http), ...(isWithoutDocument && { spec: false }) },
    }),
  })
}

function tellsStatus({ path }: GraphQLError, { isPart }: Masking): boolean {
  return path === undefined && !isPart
}

function httpOf({ code, details }: TesseraError) {
  const { status } = errorCodes[code]
  if (code === 'UNAUTHENTICATED') return { status, headers: { 'www-authenticate': 'Bearer' } }
  const { retryAfterSeconds } = details
  if (retryAfterSeconds === undefined) return { status }
  return { status, headers: { 'retry-after': String(retryAfterSeconds) } }
}

/** Without the original error: nothing of it can be serialized, by whatever comes later. */
function publicError(
  { nodes, source, positions, path }: GraphQLError,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  })
}

/** Ours, under whatever GraphQL put around it. */
export function tesseraErrorIn(error: unknown): TesseraError | null {
  if (error instanceof TesseraError) return error
  return error instanceof GraphQLError ? tesseraErrorIn(error.originalError) : null
}

/**
 * Whether GraphQL itself found the request wrong: before a field was reached, or in the argument of one. What it
 * finds wrong with an answer of ours is about a field and is no business of the client.
 */
function isOfTheRequest(error: GraphQLError): boolean {
  if (error.extensions.unexpected === true) return false
  const { originalError } = error
  // Before a field was reached there is nothing but the request that could be wrong: a variable, for one.
  if (error.path === undefined && originalError instanceof GraphQLError) return true
  if (originalError === undefined || originalError === null)
    return error.path === undefined || isInArgument(error)
  if (originalError instanceof PothosValidationError) return true
  return originalError instanceof GraphQLError && isOfTheRequest(originalError) && isInArgument(originalError)
}

function isInArgument({ nodes }: GraphQLError): boolean {
  return nodes !== undefined && nodes.length > 0 && nodes.every(({ kind }) => kind !== Kind.FIELD)
}

/** The place that graphql names when a variable does not fit its type: `… at "input.filters[0].values"; Expected …`. */
function argumentIn(message: string): string | null {
  const variable = /^Variable "\$(\w+)" got invalid value .*?(?: at "([\w.[\]]+)")?; /s.exec(message)
  const place = variable?.[2] ?? variable?.[1]
  return place === undefined ? null : place.replaceAll(/\[(\d+)\]/g, '.$1')
}
