import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/log.ts'
import { openWarehouse } from '../../../src/warehouse/clickhouse/connect.ts'
import type { ClickHouseSource } from '../../../src/warehouse/clickhouse/source.ts'
import { Statement } from '../../../src/warehouse/statement.ts'
import type { Cell, Warehouse } from '../../../src/warehouse/warehouse.ts'
import type { Fault } from '../../support/clickhouse-front-faults.ts'
import { type ClickHouseNode, startNode } from '../../support/clickhouse-node.ts'
import { keptLog } from '../../support/log-lines.ts'
import { statement } from '../../support/warehouse.ts'

const log = createLogger('silent')
let closers: (() => Promise<void>)[] = []
let nodes: ClickHouseNode[] = []
beforeEach(async () => {
  nodes = await Promise.all(['first', 'second', 'third'].map((name) => startNode(name)))
  closers = nodes.map((node) => node.close)
})
afterEach(async () => {
  for (const close of closers.toReversed()) await close()
})

async function open(urls: readonly string[], rest: Partial<ClickHouseSource> = {}): Promise<Warehouse> {
  const warehouse = await openWarehouse({ name: 'test', kind: 'clickhouse', urls, ...rest }, { log })
  closers.push(warehouse.close)
  return warehouse
}

/** The name of the node that answered. */
async function ask(warehouse: Warehouse, timeoutMs = 10_000): Promise<Cell | undefined> {
  const rows = await warehouse.run(statement('SELECT {p0:String} AS v', 'a'), {
    signal: undefined,
    timeoutMs,
  })
  return rows.columns[0]?.[0]
}

const rowsStatement = Statement.of('SELECT 1 AS v\nFORMAT JSONCompactEachRow', [])

async function askForRows(warehouse: Warehouse, timeoutMs = 10_000): Promise<Cell | undefined> {
  const owner = { tenant: 'one', token: 'first' }
  const batches = warehouse.stream(rowsStatement, { signal: undefined, timeoutMs, owner })
  for await (const [row] of batches) return row?.[0]
  return undefined
}

function asked(): readonly number[] {
  return nodes.map(({ received }) => received.length)
}

const urls = () => nodes.map(({ url }) => url)
const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }

describe('of several addresses', () => {
  test('the first has all statements while it answers', async () => {
    const warehouse = await open(urls())
    expect([await ask(warehouse), await askForRows(warehouse), await ask(warehouse)]).toEqual([
      'first',
      'first',
      'first',
    ])
    expect(asked()).toEqual([3, 0, 0])
  })

  test.each<Fault>(['reset', 'closed', 'no HTTP', 'half a header', '502', '503', '504', 'html', 'empty'])(
    'the next answers where one gives no byte of an answer (%s), and the one is left alone for a while',
    async (fault) => {
      const [first] = nodes
      if (first !== undefined) first.fault = fault
      const warehouse = await open(urls())
      expect([await ask(warehouse), await askForRows(warehouse), await ask(warehouse)]).toEqual([
        'second',
        'second',
        'second',
      ])
      expect(asked()).toEqual([1, 3, 0])
    },
  )

  test.each([
    ['that refuses', 'http://127.0.0.1:1'],
    ['that nobody has', 'http://nowhere.invalid:8123'],
    ['that speaks no TLS', 'https'],
  ])('the next answers after one %s', async (_, url) => {
    const bad = url === 'https' ? (nodes[2]?.url.replace('http:', 'https:') ?? '') : url
    const warehouse = await open([bad, ...urls()])
    expect([await ask(warehouse), await askForRows(warehouse)]).toEqual(['first', 'first'])
  })

  test.each<readonly [Fault, string]>([
    ['hang', 'QUERY_TIMEOUT'],
    ['slow drip', 'QUERY_TIMEOUT'],
    ['413', 'WAREHOUSE_UNAVAILABLE'],
    ['half a body', 'WAREHOUSE_UNAVAILABLE'],
    ['half of the chunks', 'WAREHOUSE_UNAVAILABLE'],
    ['wrong password', 'WAREHOUSE_UNAVAILABLE'],
    ['too many queries', 'WAREHOUSE_UNAVAILABLE'],
    ['not permitted', 'INTERNAL'],
    ['framed exception in mid-stream', 'QUERY_TOO_LARGE'],
  ])('no other is asked where one was reached or time is up (%s)', async (fault, code) => {
    const [first] = nodes
    if (first !== undefined) first.fault = fault
    const warehouse = await open(urls())
    const timeoutMs = code === 'QUERY_TIMEOUT' ? 200 : 10_000
    const outcomes = await Promise.allSettled([ask(warehouse, timeoutMs), askForRows(warehouse, timeoutMs)])
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'rejected', reason: { code } })))
    expect(asked().slice(1)).toEqual([0, 0])
  })

  test('a statement that may bring a server down is sent to two of them at the most', async () => {
    for (const node of nodes) node.fault = 'reset'
    const warehouse = await open(urls())
    await expect(ask(warehouse)).rejects.toMatchObject(unavailable)
    expect(asked()).toEqual([1, 1, 0])
  })

  test('each is asked once where all send the statement away, and it is unavailable', async () => {
    for (const node of nodes) node.fault = '503'
    const warehouse = await open(urls())
    await expect(ask(warehouse)).rejects.toMatchObject(unavailable)
    expect(asked()).toEqual([1, 1, 1])
    for (const node of nodes) node.fault = null
    expect(await ask(warehouse)).toBe('first')
  })
})

test('nothing is ended in a server that refused the statement or could not be reached', async () => {
  const { log: kept, messages } = keptLog()
  const [first] = nodes
  if (first === undefined) return
  const warehouse = await openWarehouse(
    { name: 'test', kind: 'clickhouse', urls: [first.url] },
    { log: kept },
  )
  closers.push(warehouse.close)
  for (const fault of ['503', 'wrong password', 'reset'] as const) {
    first.fault = fault
    await expect(askForRows(warehouse)).rejects.toMatchObject(unavailable)
  }
  await warehouse.close()
  expect([first.kills(), messages()]).toEqual([0, []])
})

describe('credentials', () => {
  const authorization = async (source: Partial<ClickHouseSource>, url: (plain: string) => string) => {
    const warehouse = await open([url(nodes[0]?.url ?? '')], source)
    await ask(warehouse)
    return nodes[0]?.received[0]?.headers.authorization
  }
  const basic = (text: string) => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`

  test('of the source go to each address, and come before those of the address', async () => {
    const source = { username: 'reader', password: 'pass:wörd' }
    const given = await authorization(source, (url) => url.replace('http://', 'http://other:word@'))
    expect(given).toBe(basic('reader:pass:wörd'))
  })

  test('of an address are decoded, and are in no address that is asked', async () => {
    const given = await authorization({}, (url) => url.replace('http://', 'http://r%40a:p%2Fw@'))
    expect(given).toBe(basic('r@a:p/w'))
    expect(String(nodes[0]?.received[0]?.url)).not.toContain('p%2Fw')
  })

  test('are left out where there are none', async () => {
    expect(await authorization({}, (url) => url)).toBeUndefined()
  })

  test.each(['ftp://host', 'http://host/database', 'http://host?user=x', 'http://u:%ff@host', 'host:8123'])(
    'an address that is none is refused without showing it: %s',
    async (url) => {
      await expect(open([url])).rejects.toThrow('An address of the data source test is not http://host:8123.')
    },
  )

  test('a source without an address is refused', async () => {
    await expect(open([])).rejects.toThrow('The data source test has no address.')
  })
})

describe('what is sent', () => {
  test('parameters stand in the address while it is short, and else in a form', async () => {
    const warehouse = await open(urls())
    const long = `${'ä\t'.repeat(3_000)}"\r\n--`
    const run = (value: string) =>
      warehouse.run(statement('SELECT {p0:String} AS v', value), { signal: undefined, timeoutMs: 10_000 })
    await run('a\tb')
    await run(long)
    const [short, form] = nodes[0]?.received ?? []
    expect(short?.url.searchParams.get('param_p0')).toBe('a\\tb')
    expect(short?.text.startsWith('SELECT {p0:String}')).toBe(true)
    expect(form?.url.searchParams.has('param_p0')).toBe(false)
    const parsed = await new Response(form?.text, {
      headers: { 'content-type': form?.headers['content-type'] ?? '' },
    }).formData()
    expect(parsed.get('query')).toBe(short?.text)
    expect(parsed.get('param_p0')).toBe(`${'ä\\t'.repeat(3_000)}"\\r\\n--`)
  })

  test('whole answers are awaited, rows are compressed, and no exception becomes a row of either', async () => {
    const warehouse = await open(urls())
    await ask(warehouse)
    await askForRows(warehouse)
    const settings = nodes[0]?.received.map(({ url, headers }) => {
      const { query_id: _, param_p0: __, ...rest } = Object.fromEntries(url.searchParams)
      return { ...rest, accepted: headers['accept-encoding'] }
    })
    expect(settings).toEqual([
      { wait_end_of_query: '1', http_write_exception_in_output_format: '0' },
      { enable_http_compression: '1', http_write_exception_in_output_format: '0', accepted: 'gzip' },
    ])
  })

  test('statements share as many connections as there may be', async () => {
    const [first] = nodes
    const warehouse = await openWarehouse(
      { name: 'test', kind: 'clickhouse', urls: urls() },
      { log, connections: 3 },
    )
    closers.push(warehouse.close)
    for (const _ of [1, 2, 3, 4]) await ask(warehouse)
    await Promise.all(Array.from({ length: 30 }, () => ask(warehouse)))
    expect(first?.connections()).toBe(3)
  })

  test('a connection that the server is about to close is not used again', async () => {
    const short = await startNode('short', { keepAliveTimeout: 1_000 })
    closers.push(short.close)
    const warehouse = await open([short.url])
    for (const _ of [1, 2, 3]) expect(await ask(warehouse)).toBe('short')
    expect(short.connections()).toBe(3)
  })
})

describe('over TLS', () => {
  const file = (name: string) =>
    readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8')
  const [ca, cert, key] = [file('authority'), file('client'), file('client-key')]
  const server = { cert: file('server'), key: file('server-key') }

  async function secure(more: TlsOptions = {}): Promise<ClickHouseNode> {
    const node = await startNode('secure', { tls: { ...server, ...more } })
    closers.push(node.close)
    return node
  }

  test('a server is trusted whose authority the source names', async () => {
    const { url } = await secure()
    expect(await ask(await open([url], { tls: { ca } }))).toBe('secure')
  })

  test.each([
    ['nobody vouches for', {}],
    ['another authority vouches for', { ca: file('other') }],
  ])('a server that %s is not asked, and the next address is', async (_, tls) => {
    const { url, received } = await secure()
    await expect(ask(await open([url], { tls }))).rejects.toMatchObject(unavailable)
    expect(await ask(await open([url, ...urls()], { tls }))).toBe('first')
    expect(received).toEqual([])
  })

  test.each([
    ['another name', 'elsewhere'],
    ['another purpose', 'client'],
  ])('a server whose certificate is for %s is not asked', async (_, name) => {
    const { url, received } = await secure({ cert: file(name), key: file(`${name}-key`) })
    await expect(ask(await open([url], { tls: { ca } }))).rejects.toMatchObject(unavailable)
    expect(received).toEqual([])
  })

  test('a certificate of our own opens a server that asks for one, and says who asks where there is no password', async () => {
    const { url, received } = await secure({ ca, requestCert: true, rejectUnauthorized: true })
    await expect(ask(await open([url], { tls: { ca } }))).rejects.toMatchObject(unavailable)
    const tls = { ca, cert, key }
    expect(await ask(await open([url], { tls, username: 'reader' }))).toBe('secure')
    expect(await ask(await open([url], { tls, username: 'reader', password: 'word' }))).toBe('secure')
    expect(
      received.map(({ headers }) => [headers['x-clickhouse-user'], headers.authorization?.slice(0, 5)]),
    ).toEqual([
      ['reader', undefined],
      [undefined, 'Basic'],
    ])
  })
})
