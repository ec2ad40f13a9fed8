import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { addAbortSignal } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient, parseError } from '@clickhouse/client'
import type { Logger } from '../../log.ts'
import { unlessAborted } from '../bounds.ts'
import type { Parameter } from '../statement.ts'
import { bytesOf, type Engine, readBody } from './engine.ts'
import { failureOf, unusableAnswer } from './failure.ts'
import { namedParameters } from './parameters.ts'
import type { ClickHouseSource } from './source.ts'

export interface HttpOptions {
  readonly source: ClickHouseSource
  readonly connections: number
  /** How many streams of rows there may be beside them. */
  readonly streams: number
  readonly log: Logger
}

/** A kill that comes before the server knows of the query finds nothing, so it is tried again. */
const killAttemptsMs = [0, 100, 500]
const killTimeoutMs = 5_000

export function openHttpEngine({ source, connections, streams, log }: HttpOptions): Engine {
  const common = {
    url: source.urls[0] ?? '',
    ...(source.username !== undefined && { username: source.username }),
    ...(source.password !== undefined && { password: source.password }),
    application: 'tessera',
    // The client would log statements and parameters of requests that failed.
    log: { level: ClickHouseLogLevel.OFF },
    // Deadlines are kept outside: the client's own doesn't count the wait for a socket.
    request_timeout: 2 ** 31 - 1,
  }
  const client = createClient({ ...common, max_open_connections: connections })
  // A stream takes as long as whoever takes its rows.
  const streaming = createClient({ ...common, max_open_connections: streams })
  // Kills have sockets of their own: those of queries may all be taken by what is to be killed.
  const control = createClient({ ...common, max_open_connections: 2 })
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const kills = new Set<Promise<void>>()

  function killBehind(queryId: string): void {
    const ended = kill(queryId).finally(() => kills.delete(ended))
    kills.add(ended)
  }

  async function* stream(text: string, parameters: readonly Parameter[], signal: AbortSignal) {
    const queryId = randomUUID()
    let complete = false
    try {
      const answering = streaming.exec({
        query: text,
        query_params: namedParameters(parameters),
        query_id: queryId,
        abort_signal: signal,
        ignore_error_response: true,
      })
      const { stream: body, ...answer } = await unlessAborted(answering, signal)
      const code = answer.response_headers['x-clickhouse-exception-code']
      const status = answer.http_status_code ?? 0
      if (!isAnswer(status, code)) refuseException(status, code, await readBody(body, signal))
      for await (const chunk of addAbortSignal(signal, body)) yield bytesOf(chunk)
      complete = true
    } finally {
      if (!complete) killBehind(queryId)
    }
  }

  async function send(text: string, parameters: readonly Parameter[], signal: AbortSignal): Promise<string> {
    const queryId = randomUUID()
    const onAbort = () => killBehind(queryId)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const answering = client.exec({
        query: text,
        query_params: namedParameters(parameters),
        query_id: queryId,
        abort_signal: signal,
        // So that what comes back is told apart by status and headers instead of by its text.
        ignore_error_response: true,
        // The server answers when it has the whole answer, so an exception has a status of its own.
        clickhouse_settings: { wait_end_of_query: 1 },
      })
      // A request that is aborted before it has a socket rejects only when it gets one.
      const answer = await unlessAborted(answering, signal)
      const body = await readBody(answer.stream, signal)
      const code = answer.response_headers['x-clickhouse-exception-code']
      refuseException(answer.http_status_code ?? 0, code, body)
      return body
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** By the query's random id, so it can't hit any other. */
  async function kill(queryId: string): Promise<void> {
    try {
      for (const waitMs of killAttemptsMs) {
        if (waitMs > 0) await delay(waitMs, undefined, { signal: closing.signal })
        const signal = AbortSignal.timeout(killTimeoutMs)
        const answer = await control.exec({
          query: 'KILL QUERY WHERE query_id = {id:String} ASYNC FORMAT TabSeparated',
          query_params: { id: queryId },
          abort_signal: signal,
        })
        if ((await readBody(answer.stream, signal)) !== '') return
      }
    } catch (error) {
      if (!closing.signal.aborted) log.warn({ err: failureOf(error) }, 'an aborted query could not be ended')
    }
  }

  async function close(): Promise<void> {
    await Promise.race([Promise.all(kills), delay(killTimeoutMs, undefined, { ref: false })])
    closing.abort()
    await Promise.all([client.close(), streaming.close(), control.close()])
  }

  return Object.freeze({ send, stream, close })
}

function isAnswer(status: number, code: unknown): boolean {
  return status >= 200 && status < 300 && code === undefined
}

function refuseException(status: number, code: unknown, body: string): void {
  if (isAnswer(status, code)) return
  const exception = parseError(body.slice(0, 10_000))
  if ('code' in exception) throw exception
  throw unusableAnswer(`HTTP ${status} that is not ClickHouse's.`)
}
