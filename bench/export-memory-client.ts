import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface MeasuredExport {
  readonly bytes: number
  readonly seconds: number
  /** Megabytes of resident memory. */
  readonly idle: number
  readonly peak: number
}

export interface MemoryServer {
  readonly url: string
  /** A guest's. */
  readonly token: string
  measure(input: object): Promise<MeasuredExport>
  /** Asked as a guest. */
  post(query: string): Promise<Response>
  close(): Promise<void>
}

/** The rows' columns are text, 64-bit integers, decimals, doubles, times, dates and truths. */
const model = {
  dataSources: [{ name: 'warehouse', kind: 'chdb' }],
  tenancy: { dataSource: 'warehouse' },
  datasets: [
    {
      ...{ name: 'many', dataSource: 'warehouse', database: 'demo', table: 'many', tenantColumn: 'tenant' },
      timeDimension: 'at',
      dimensions: [
        ...['at', 'day'].map((name) => ({ name, type: 'time' })),
        ...['name', 'kind'].map((name) => ({ name, type: 'string' })),
        ...['big', 'price', 'ratio', 'small'].map((name) => ({ name, type: 'number' })),
        { name: 'even', type: 'boolean' },
      ],
      metrics: [{ name: 'how_many', aggregate: 'count' }],
    },
  ],
}

const oneMonth = { between: { start: '2020-02-01T00:00:00Z', stop: '2020-03-01T00:00:00Z' } }

export const columns = ['at', 'day', 'name', 'kind', 'big', 'price', 'ratio', 'small', 'even']

/** @param heapMegabytes what the process may use for its objects; as many as it likes without it */
export async function startMemoryServer(rows: number, heapMegabytes?: number): Promise<MemoryServer> {
  const file = new URL('export-memory-server.ts', import.meta.url).pathname
  const options = {
    execArgv: [
      ...(heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`]),
      '--import',
      'tsx',
    ],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  }
  const dataFolder = await mkdtemp(join(tmpdir(), 'tessera-memory-'))
  await once(fork(file, [dataFolder, String(rows)], options), 'exit')
  const child = fork(file, [dataFolder], options)
  const { url, apiKey } = await told(child)

  function post(credential: string, query: string, variables: object): Promise<Response> {
    return fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
      body: JSON.stringify({ query, variables }),
    })
  }

  async function ask(credential: string, query: string, variables: object) {
    const response = await post(credential, query, variables)
    const { data, errors } = Object(await response.json())
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }

  await ask(apiKey, 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }', {
    document: model,
  })
  const minted = await ask(apiKey, 'mutation { createGuestToken(input: { tenantId: "a" }) { token } }', {})
  const token: string = minted.createGuestToken.token

  async function download(input: object): Promise<number> {
    const query = 'mutation ($input: ExportInput!) { createExport(input: $input) { url } }'
    const { createExport } = await ask(token, query, { input })
    const response = await fetch(new URL(createExport.url, url))
    if (!response.ok || response.body === null) throw new Error(await response.text())
    let bytes = 0
    for await (const chunk of response.body) bytes += chunk.length
    return bytes
  }

  async function measure(input: object): Promise<MeasuredExport> {
    // A process that is in service, and idle now: what it takes once, it has.
    await download({ ...input, records: { ...Object(input).records, timeRange: oneMonth } })
    await new Promise((resolve) => setTimeout(resolve, 300))
    child.send('watch')
    const { now: idle } = await told(child)
    const startedAt = performance.now()
    const bytes = await download(input)
    const seconds = (performance.now() - startedAt) / 1000
    child.send('tell')
    const { peak } = await told(child)
    return { bytes, seconds, idle, peak }
  }

  async function close(): Promise<void> {
    child.send('end')
    await once(child, 'exit')
    await rm(dataFolder, { recursive: true, force: true })
  }

  return { url, token, measure, post: (query) => post(token, query, {}), close }
}

async function told(child: ChildProcess) {
  const [message] = await once(child, 'message')
  return message
}
