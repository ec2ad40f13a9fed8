import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorCodes, type TesseraError } from '../errors.ts'
import { clientAddress, noProxies } from './client-address.ts'

/** One request and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Made here, never taken from outside: it stands in audit lines. */
  readonly requestId: string
  /** The client's, behind proxies too; null where it can't be known. */
  readonly address: string | null
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

export function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  address: string | null = clientAddress(request, noProxies),
): Exchange {
  const requestId = randomUUID()
  response.setHeader('x-request-id', requestId)
  const gone = new AbortController()
  // Each question of a request listens; ten would be the limit.
  setMaxListeners(0, gone.signal)
  // After the answer as well: an error that took the answer's data away leaves its neighbours' questions running.
  response.once('close', () => gone.abort())
  return { request, response, requestId, address, signal: gone.signal }
}

export function answerJson(
  { request, response }: Exchange,
  status: number,
  body: object,
  type?: string,
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, jsonHeaders(Buffer.byteLength(text), type))
  response.end(request.method === 'HEAD' ? undefined : text)
}

export function jsonHeaders(bytes: number, type = 'application/json'): Readonly<Record<string, string>> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-length': String(bytes),
    'cache-control': 'no-store',
  }
}

/** In the form of a GraphQL answer, for what never comes as far as GraphQL. The status is the code's own by default. */
export function answerError(
  exchange: Exchange,
  error: TesseraError,
  status: number = errorCodes[error.code].status,
  type?: string,
): void {
  const extensions = { ...publicExtensions(error), requestId: exchange.requestId }
  const { retryAfterSeconds } = error.details
  if (retryAfterSeconds !== undefined) exchange.response.setHeader('retry-after', String(retryAfterSeconds))
  answerJson(exchange, status, { errors: [{ message: error.message, extensions }] }, type)
}

/** What a client is told about an error of ours beside its message: never the cause. */
export function publicExtensions({ code, details }: TesseraError): Readonly<Record<string, unknown>> {
  const { argument, expected, allowed, retryAfterSeconds, problems, region } = details
  return {
    code,
    ...(argument !== undefined && { argument }),
    ...(expected !== undefined && { expected }),
    ...(allowed !== undefined && { allowed }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(problems !== undefined && { problems }),
    ...(region !== undefined && { region: region.name }),
    ...(region?.url !== undefined && { url: region.url }),
  }
}
