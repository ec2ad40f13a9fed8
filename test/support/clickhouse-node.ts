import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TlsOptions } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { type Fault, fail } from './clickhouse-front-faults.ts'

/** A stand-in for one server of ClickHouse that answers each statement with its own name. */
export interface ClickHouseNode {
  readonly url: string
  readonly received: readonly Received[]
  /** The connections that were made to it. */
  readonly connections: () => number
  /** How many statements to end a query came; they are answered whatever goes wrong. */
  readonly kills: () => number
  /** What goes wrong from now on, */
  fault: Fault | null
  /** with these statements alone. */
  isHit: (text: string) => boolean
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

export interface Received {
  readonly text: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
}

export interface NodeOptions {
  readonly tls?: TlsOptions
  /** Of idle connections. */
  readonly keepAliveTimeout?: number
}

/** On a random port of the loopback interface. */
export async function startNode(name: string, options: NodeOptions = {}): Promise<ClickHouseNode> {
  const received: Received[] = []
  let connections = 0
  let kills = 0
  const server =
    options.tls === undefined
      ? createHttpServer((request, response) => void answer(request, response))
      : createTlsServer(options.tls, (request, response) => void answer(request, response))
  server.keepAliveTimeout = options.keepAliveTimeout ?? 10_000
  server.on('connection', () => {
    connections += 1
  })
  const port = await listen(0)

  async function listen(wanted: number): Promise<number> {
    server.listen(wanted, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('Not listening on a port.')
    return address.port
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString('utf8')
    const url = new URL(request.url ?? '/', 'http://node')
    const format = /\bFORMAT\s+(\w+)\s*$/m.exec(text)?.[1] ?? 'TabSeparated'
    const headers = { 'X-ClickHouse-Format': format }
    if (text.startsWith('KILL')) {
      kills += 1
      return void response.writeHead(200, headers).end('waiting\n')
    }
    received.push({ text, url, headers: request.headers })
    if (node.fault !== null && node.isHit(text)) return fail(node.fault, response, headers)
    const body = format === 'JSONCompactEachRow' ? `["${name}"]\n` : wholeAnswer(name)
    const isZipped = url.searchParams.get('enable_http_compression') === '1'
    response.writeHead(200, { ...headers, ...(isZipped && { 'Content-Encoding': 'gzip' }) })
    response.end(isZipped ? gzipSync(body) : body)
  }

  async function down(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  const node: ClickHouseNode = {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    kills: () => kills,
    fault: null,
    isHit: () => true,
    down,
    up: async () => void (await listen(port)),
    close: down,
  }
  return node
}

function wholeAnswer(name: string): string {
  return JSON.stringify({
    meta: [{ name: 'v', type: 'String' }],
    data: { v: [name] },
    rows: 1,
    statistics: { elapsed: 0, rows_read: 1, bytes_read: 1 },
  })
}
