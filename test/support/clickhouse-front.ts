import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type Fault, fail } from './clickhouse-front-faults.ts'
import { createFrontQueries, type FrontQuery } from './clickhouse-front-query.ts'

export interface ClickHouseFront {
  readonly url: string
  /** The texts of the queries that arrived, in order. */
  readonly received: readonly string[]
  /** What goes wrong from now on, until it is set to null again. */
  fault: Fault | null
  /** From here on connections are refused, until `up`. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/** Enough of ClickHouse's HTTP interface for its client, over chDB, on a random port of the loopback interface. */
export async function openClickHouseFront(path: string): Promise<ClickHouseFront> {
  const queries = createFrontQueries(path)
  const received: string[] = []
  // Parameters stand in the address, of which ClickHouse takes a megabyte.
  const server = createServer({ maxHeaderSize: 2 ** 20, keepAliveTimeout: 10_000 }, (request, response) => {
    answer(request, response).catch((error) => sendException(response, String(error)))
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
    const body = Buffer.concat(await request.toArray())
    const url = new URL(request.url ?? '/', 'http://front')
    const { fault } = front
    if (url.pathname === '/ping' && fault === null) return void response.end('Ok.\n')
    const { 'content-type': type, 'content-encoding': encoding } = request.headers
    const query = await parseQuery(url, type, encoding === 'gzip' ? gunzipSync(body) : body)
    received.push(query.text)
    if (fault !== null && !query.text.startsWith('KILL'))
      return fail(fault, response, clickHouseHeaders(query))
    try {
      const { body: result, readRows, readBytes } = await queries.run(query)
      const zipped =
        url.searchParams.get('enable_http_compression') === '1' &&
        /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
      response.writeHead(200, {
        ...clickHouseHeaders(query),
        'X-ClickHouse-Summary': JSON.stringify({ read_rows: readRows, read_bytes: readBytes }),
        ...(zipped && { 'Content-Encoding': 'gzip' }),
      })
      response.end(zipped ? gzipSync(result) : result)
    } catch (error) {
      sendException(response, error)
    }
  }

  async function down(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  const front: ClickHouseFront = {
    url: `http://127.0.0.1:${port}`,
    received,
    fault: null,
    down,
    up: async () => void (await listen(port)),
    close: async () => {
      await down()
      await queries.close()
    },
  }
  return front
}

const ofTheInterface = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'user',
  'password',
  'role',
  'wait_end_of_query',
  'enable_http_compression',
])

async function parseQuery(url: URL, type: string | undefined, body: Buffer): Promise<FrontQuery> {
  const fields = await fieldsOf(type, body)
  const entries = [...url.searchParams, ...fields]
  const parameters = entries.filter(([name]) => name.startsWith('param_'))
  return {
    text: [url.searchParams.get('query'), fields.get('query') ?? body.toString('utf8')]
      .filter(Boolean)
      .join('\n'),
    queryId: url.searchParams.get('query_id') ?? crypto.randomUUID(),
    database: url.searchParams.get('database'),
    parameters: new Map(parameters.map(([name, value]) => [name.slice('param_'.length), value])),
    settings: new Map(entries.filter(([name]) => !ofTheInterface.has(name) && !name.startsWith('param_'))),
  }
}

/** Of a form, in which long parameters come; none of any other body. */
async function fieldsOf(type: string | undefined, body: Buffer): Promise<ReadonlyMap<string, string>> {
  if (!type?.startsWith('multipart/form-data')) return new Map()
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  return new Map([...form].map(([name, value]) => [name, String(value)]))
}

function clickHouseHeaders({ text, queryId }: FrontQuery) {
  return {
    'X-ClickHouse-Query-Id': queryId,
    'X-ClickHouse-Format': /\bFORMAT\s+(\w+)\s*$/.exec(text)?.[1] ?? 'TabSeparated',
    'X-ClickHouse-Timezone': 'UTC',
  }
}

const statuses: Readonly<Record<string, number>> = { 47: 404, 60: 404, 81: 404, 62: 400, 159: 408, 457: 400 }

function sendException(response: ServerResponse, error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '1002'
  const type = error instanceof Error && 'type' in error ? String(error.type) : 'UNKNOWN_EXCEPTION'
  const text = error instanceof Error ? error.message : String(error)
  response.writeHead(statuses[code] ?? 500, { 'X-ClickHouse-Exception-Code': code })
  response.end(`Code: ${code}. DB::Exception: ${text} (${type}) (version 26.7.3.1)\n`)
}
