import type { LookupFunction } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parseError } from '@clickhouse/client'
import { Pool } from 'undici'
import type { TesseraError } from '../../errors.ts'
import { unlessAborted } from '../bounds.ts'
import type { Parameter } from '../statement.ts'
import type { Address } from './address.ts'
import { readBody } from './engine.ts'
import { failureOf, unusableAnswer, wasNeverSent } from './failure.ts'
import { formOf } from './form.ts'
import type { TlsFiles } from './source.ts'

/** One address of a source, with sockets of its own. */
export interface Node {
  /** Without name or password. */
  readonly origin: string
  /**
   * Sends one statement. An answer that is not reached is an outcome, so that another node can be asked.
   * @throws what the server says against the statement, and the signal's reason where that comes first
   */
  ask(request: NodeRequest, signal: AbortSignal): Promise<Reached | Unreached>
  close(): Promise<void>
}

export interface NodeRequest {
  readonly text: string
  readonly parameters: readonly Parameter[]
  readonly queryId: string
  /** Which sockets it takes: kills and pings have their own, since those of queries may all be taken by what hangs. */
  readonly lane: Lane
  readonly settings: Readonly<Record<string, string>>
}

export type Lane = 'query' | 'stream' | 'control'

/** An answer of ClickHouse, of whose body nothing was used yet. */
export interface Reached {
  readonly reached: true
  readonly body: Readable
}

/** No byte of an answer of ClickHouse came back. */
export interface Unreached {
  readonly reached: false
  readonly failure: TesseraError
  /** Whether a server may have run it nevertheless. */
  readonly mayHaveRun: boolean
  /** Whether something on the way had enough of waiting, which a slow statement can bring about. */
  readonly gaveUpWaiting: boolean
}

/** How a connection is made. */
export interface Way extends TlsFiles {
  readonly lookup?: LookupFunction
}

export type Sockets = Readonly<Record<Lane, number>>

/** Long enough for any network, short enough to leave time for another address. */
const connectTimeoutMs = 3_000
/** Where the server doesn't say for how long it keeps a socket; ClickHouse says, and is believed less a second. */
const idleSocketMs = 2_000

export function openNode(address: Address, way: Way, sockets: Sockets): Node {
  const pool = (connections: number) =>
    new Pool(address.origin, {
      connections,
      keepAliveTimeout: idleSocketMs,
      keepAliveTimeoutThreshold: 1_000,
      // Deadlines are kept outside, where the wait for a socket counts.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: connectTimeoutMs, ...way },
    })
  const pools: Readonly<Record<Lane, Pool>> = {
    query: pool(sockets.query),
    stream: pool(sockets.stream),
    control: pool(sockets.control),
  }
  const headers = { 'user-agent': 'tessera', ...credentialHeaders(address, way) }

  async function send(request: NodeRequest, signal: AbortSignal) {
    const { text, parameters, queryId, settings, lane } = request
    const form = formOf(text, parameters, { query_id: queryId, ...settings })
    const compressed = settings.enable_http_compression === '1' ? { 'accept-encoding': 'gzip' } : {}
    const answering = pools[lane].request({
      method: 'POST',
      path: form.path,
      headers: { ...headers, ...form.headers, ...compressed },
      body: form.body,
      signal,
    })
    // A request that is aborted before it has a socket rejects only when it gets one.
    return await unlessAborted(answering, signal)
  }

  async function ask(request: NodeRequest, signal: AbortSignal): Promise<Reached | Unreached> {
    const answer = await send(request, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      return unreached(error)
    })
    if ('reached' in answer) return answer
    const { statusCode: status, headers: given } = answer
    const body = plain(answer.body, given['content-encoding'])
    if (given['x-clickhouse-exception-code'] !== undefined) throw exceptionOf(await readBody(body, signal))
    const isAnswer = status >= 200 && status < 300 && given['x-clickhouse-format'] !== undefined
    const isWhole = request.lane !== 'stream' || tellsItsEnd(given)
    if (isAnswer && isWhole) return { reached: true, body }
    body.on('error', () => undefined).destroy()
    if (isAnswer) throw unusableAnswer('Rows without a length, whose end is that of a lost connection.')
    const failure = unusableAnswer(`HTTP ${status} that is not ClickHouse's.`)
    // A proxy that refuses the request itself would refuse it at any address.
    if (status >= 400 && !brokenWays.has(status)) throw failure
    return { reached: false, failure, mayHaveRun: status !== 503, gaveUpWaiting: status === 504 }
  }

  async function close(): Promise<void> {
    await Promise.all(Object.values(pools).map((each) => each.destroy()))
  }

  return Object.freeze({ origin: address.origin, ask, close })
}

/** Rows that end with the connection, as through a proxy that speaks HTTP/1.0, are all of them or those before it broke. */
function tellsItsEnd(headers: Readonly<Record<string, unknown>>): boolean {
  if (isEncoded(headers['content-encoding'])) return true
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined
}

function isEncoded(encoding: unknown): boolean {
  return encoding !== undefined && encoding !== 'identity'
}

/** What a balancer answers that has no server behind it. */
const brokenWays: ReadonlySet<number> = new Set([502, 503, 504])

function unreached(error: unknown): Unreached {
  const failure = failureOf(error)
  if (failure.code !== 'WAREHOUSE_UNAVAILABLE') throw failure
  return { reached: false, failure, mayHaveRun: !wasNeverSent(error), gaveUpWaiting: false }
}

function exceptionOf(body: string): Error {
  const exception = parseError(body.slice(0, 10_000))
  return 'code' in exception ? exception : unusableAnswer('An exception of the server has no code.')
}

/** A certificate alone says who we are; beside a password it is for the way there. */
function credentialHeaders({ username, password }: Address, { cert }: Way) {
  if (username === null && password === null) return {}
  if (cert !== undefined && password === null) {
    return { 'x-clickhouse-user': username ?? '', 'x-clickhouse-ssl-certificate-auth': 'on' }
  }
  const credentials = Buffer.from(`${username ?? 'default'}:${password ?? ''}`, 'utf8')
  return { authorization: `Basic ${credentials.toString('base64')}` }
}

function plain(body: Readable, encoding: unknown): Readable {
  if (!isEncoded(encoding)) return body
  // What ends the one ends the other, with its error; what is no gzip is one.
  return pipeline(body, createGunzip(), () => undefined)
}
