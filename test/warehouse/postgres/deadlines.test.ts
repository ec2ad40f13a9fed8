import { readFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDataSources } from '../../../src/data-sources/data-sources.ts'
import { TesseraError } from '../../../src/errors.ts'
import { createLogger } from '../../../src/log.ts'
import { buildDataSource } from '../../../src/model/data-source.ts'
import { parseModel } from '../../../src/model/parse.ts'
import { openPostgresWarehouse } from '../../../src/warehouse/postgres/connect.ts'
import { createConnections } from '../../../src/warehouse/postgres/connections.ts'
import { addressOf } from '../../../src/warehouse/postgres/source.ts'
import type { Cell, StreamOptions, Warehouse } from '../../../src/warehouse/warehouse.ts'
import { keptLog } from '../../support/log-lines.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  statementFor,
} from '../../support/postgres-warehouse.ts'
import { unhurried } from '../../support/warehouse.ts'

let engine: PostgresTestEngine
let warehouse: Warehouse
const uncaught: unknown[] = []
const remember = (error: unknown) => uncaught.push(error)
beforeAll(async () => {
  engine = await openPostgresTestEngine()
  warehouse = await engine.open({}, 2)
  process.on('uncaughtException', remember)
  process.on('unhandledRejection', remember)
})
beforeEach(() => {
  uncaught.length = 0
})
afterEach(() => expect(uncaught).toEqual([]))
afterAll(() => engine.close())

const timedOut = {
  name: 'TesseraError',
  code: 'QUERY_TIMEOUT',
  message: 'The query took longer than its time limit.',
}
const unavailable = { code: 'WAREHOUSE_UNAVAILABLE', message: 'The warehouse cannot be reached.' }
const sleep = (seconds: number) => statementFor('a', `SELECT pg_sleep(${seconds})::text`)
const value = (text: string) => statementFor('a', 'SELECT $1::text', text)

/** Backends of the warehouse that work on something. */
async function working(): Promise<number> {
  const [row] = await engine.execute(
    `SELECT count(*)::int4 AS n FROM pg_stat_activity WHERE usename = 'tessera_login' AND state <> 'idle'`,
  )
  return Number(row?.n)
}
const untilWorking = (count: number) => expect.poll(working, { timeout: 10_000, interval: 10 }).toBe(count)

/** Backends with rows that nobody has taken yet. */
async function held(): Promise<number> {
  const [row] = await engine.execute(
    `SELECT count(*)::int4 AS n FROM pg_stat_activity
     WHERE usename = 'tessera_login' AND state <> 'idle' AND wait_event = 'ClientRead'`,
  )
  return Number(row?.n)
}

async function expectService(served: Warehouse = warehouse): Promise<void> {
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((text) => served.run(value(text), unhurried)))
  expect(answers.map(({ columns }) => columns)).toEqual([[['a']], [['b']], [['c']], [['d']]])
}

describe('a statement', () => {
  test('that is aborted ends in the engine, its caller gets the reason, and its connection serves again', async () => {
    const abort = new AbortController()
    const runs = [1, 2, 3].map(() => warehouse.run(sleep(60), { signal: abort.signal, timeoutMs: 60_000 }))
    await untilWorking(2)
    const reason = new Error('the viewer left')
    abort.abort(reason)
    const outcomes = await Promise.allSettled(runs)
    expect(outcomes).toEqual(runs.map(() => ({ status: 'rejected', reason })))
    await untilWorking(0)
    await expectService()
  })

  test('that takes too long ends in the engine, with QUERY_TIMEOUT', async () => {
    await expect(warehouse.run(sleep(60), { signal: undefined, timeoutMs: 100 })).rejects.toMatchObject(
      timedOut,
    )
    await untilWorking(0)
    await expectService()
  })

  test('that is not told to end ends by the engine’s own clock', async () => {
    const statement = statementFor('a', "SELECT current_setting('statement_timeout')::text")
    const { columns } = await warehouse.run(statement, { signal: undefined, timeoutMs: 60_000 })
    expect(columns[0]?.[0]).toMatch(/^(1min|59\d{3}ms)$/)
  })

  test('waits for a connection on its own time, and can leave', async () => {
    const [holding, leaving] = [new AbortController(), new AbortController()]
    const holders = [1, 2].map(() => warehouse.run(sleep(60), { signal: holding.signal, timeoutMs: 60_000 }))
    await untilWorking(2)
    const late = warehouse.run(value('x'), { signal: undefined, timeoutMs: 50 })
    const gone = warehouse.run(value('x'), { ...unhurried, signal: leaving.signal })
    leaving.abort(new Error('left'))
    await expect(gone).rejects.toThrow('left')
    await expect(late).rejects.toMatchObject(timedOut)
    holding.abort(new Error('done'))
    await Promise.allSettled(holders)
    await untilWorking(0)
    await expectService()
  })

  test('is never hit by the cancel of another one', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 90 }, async (_, index) => {
        if (index % 3 > 0) return (await warehouse.run(value(`${index}`), unhurried)).columns[0]?.[0]
        const abort = new AbortController()
        setTimeout(() => abort.abort('aborted'), index)
        return warehouse
          .run(sleep(0.005), { signal: abort.signal, timeoutMs: 20_000 })
          .then(() => 'aborted', String)
      }),
    )
    expect(outcomes).toEqual(
      Array.from({ length: 90 }, (_, index) => (index % 3 > 0 ? `${index}` : 'aborted')),
    )
  })

  test('is not sent with a signal that is aborted already', async () => {
    const reason = new Error('too late')
    const run = warehouse.run(sleep(60), { ...unhurried, signal: AbortSignal.abort(reason) })
    await expect(run).rejects.toBe(reason)
    // That of the test before may still be ending; this one would work for a minute.
    await expect.poll(working).toBe(0)
  })
})

describe('a backend that dies', () => {
  const deaths: Record<string, () => Promise<unknown>> = {
    'while it works': async () => {
      const failed = expect(warehouse.run(sleep(60), unhurried)).rejects.toMatchObject(unavailable)
      await untilWorking(1)
      await engine.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'tessera_login' AND state = 'active'",
      )
      await failed
    },
    'while it rests': () =>
      engine.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'tessera_login'",
      ),
  }

  test.each(Object.keys(deaths))('%s costs its own statement and no connection', async (moment) => {
    for (let round = 0; round < 3; round += 1) {
      await expectService()
      await deaths[moment]?.()
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
    await expectService()
    // As many at a time as before: none of its places is lost.
    const abort = new AbortController()
    const runs = [1, 2].map(() => warehouse.run(sleep(60), { signal: abort.signal, timeoutMs: 60_000 }))
    await untilWorking(2)
    abort.abort(new Error('done'))
    await Promise.allSettled(runs)
  })
})

describe('a connection that was lost at rest, of which nobody heard', () => {
  /** Whatever stands between: it forgets a connection and says so to whoever writes next. */
  async function openForgetful() {
    const { hostname, port } = new URL(engine.source.url)
    const forgotten = new Set<Socket>()
    const open = new Set<Socket>()
    const between = createServer((socket) => {
      const server = connect(Number(port), hostname)
      open.add(socket)
      socket.on('error', () => server.destroy()).on('close', () => server.destroy())
      socket.on('data', (data) => (forgotten.has(socket) ? socket.resetAndDestroy() : server.write(data)))
      server.on('error', () => socket.destroy()).on('data', (data) => socket.write(data))
    })
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
    const address = between.address()
    const url = new URL(engine.source.url)
    url.port = typeof address === 'object' && address !== null ? `${address.port}` : ''
    const forget = () => {
      for (const socket of open) forgotten.add(socket)
    }
    return { url: url.href, forget, close: () => between.close() }
  }

  test('costs the next statement nothing, once', async () => {
    const { url, forget, close } = await openForgetful()
    const through = await engine.open({ url }, 1)
    for (let round = 0; round < 5; round += 1) {
      expect((await through.run(value('x'), unhurried)).columns).toEqual([['x']])
      forget()
      const rows = through.stream(value('y'), { ...unhurried, owner: { tenant: 'a', token: 'a' } })
      for await (const batch of rows) expect(batch).toEqual([['y']])
      forget()
    }
    await expectService(through)
    // What is lost while it works is not asked for again: it may be what brings the server down.
    const failed = expect(through.run(sleep(60), unhurried)).rejects.toMatchObject(unavailable)
    await untilWorking(1)
    await engine.execute(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'tessera_login' AND state = 'active'",
    )
    await failed
    expect(await working()).toBe(0)
    await through.close()
    close()
  })
})

describe('rows by a stream', () => {
  const owner = { tenant: 'one', token: 'first' }
  const streamed: StreamOptions = { ...unhurried, owner }
  const numbers = (count: number) =>
    statementFor(
      'a',
      `SELECT x::int8, $1::text || x::text, NULL::text FROM (SELECT generate_series(1, ${count}) AS x) AS rows`,
      'ß\n',
    )
  const untilHeld = (count: number) => expect.poll(held, { timeout: 10_000, interval: 10 }).toBe(count)

  async function all(statement: ReturnType<typeof value>, options = streamed) {
    const rows: (readonly Cell[])[] = []
    for await (const batch of warehouse.stream(statement, options)) rows.push(...batch)
    return rows
  }

  test('come once each and in order, a few at a time, under the walls of any statement', async () => {
    const rows = await all(numbers(2_500))
    expect(rows).toHaveLength(2_500)
    expect(
      rows.every(
        ([number, text, none], index) =>
          number === `${index + 1}` && text === `ß\n${index + 1}` && none === null,
      ),
    ).toBe(true)
    expect(await all(statementFor('a', 'SELECT 1::int4 LIMIT 0'))).toEqual([])
    const walls = statementFor(
      'acme',
      "SELECT current_user::text, current_setting('app.tenant_id'), current_setting('transaction_read_only')",
    )
    expect(await all(walls)).toEqual([['tessera_reader', 'acme', 'on']])
    await expectService()
  })

  test('that nobody takes are not computed, and end when nobody wants them', async () => {
    for await (const batch of warehouse.stream(numbers(1_000_000_000), streamed)) {
      expect(batch).toHaveLength(8)
      await untilHeld(1)
      break
    }
    await untilHeld(0)
    await expectService()
  })

  test('end with the time, also while nobody takes, and while they are computed', async () => {
    const slow = statementFor('a', 'SELECT pg_sleep(60)::text')
    await expect(all(slow, { ...streamed, timeoutMs: 100 })).rejects.toMatchObject(timedOut)
    await untilWorking(0)
    const rows = warehouse.stream(numbers(1_000_000), { ...streamed, timeoutMs: 100 })[Symbol.asyncIterator]()
    await rows.next()
    await untilHeld(1)
    await untilHeld(0)
    await expect(rows.next()).rejects.toMatchObject(timedOut)
    await expectService()
  })

  test('end when the caller leaves', async () => {
    const abort = new AbortController()
    const running = all(statementFor('a', 'SELECT pg_sleep(60)::text'), {
      ...streamed,
      signal: abort.signal,
    })
    await untilWorking(1)
    abort.abort(new Error('left'))
    await expect(running).rejects.toThrow('left')
    await untilWorking(0)
    await expectService()
  })

  test('that the engine refuses, or that are of a type that no printer puts out, are an error', async () => {
    const late = statementFor('a', 'SELECT (1 / (1500 - x))::int4 FROM generate_series(1, 2000) AS x')
    await expect(all(late)).rejects.toMatchObject({
      code: 'INTERNAL',
      cause: { message: 'PostgreSQL 22012' },
    })
    await expect(all(statementFor('a', "SELECT '{1}'::int4[]"))).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(all(statementFor('a', 'SELECT nothing'))).rejects.toMatchObject({ code: 'INTERNAL' })
    const stranger = await engine.open({ role: 'postgres' })
    const rows = stranger.stream(numbers(1), streamed)[Symbol.asyncIterator]()
    await expect(rows.next()).rejects.toMatchObject(unavailable)
    await expectService()
  })

  test('leave half of the connections to statements', async () => {
    const first = warehouse.stream(numbers(100_000), streamed)[Symbol.asyncIterator]()
    await first.next()
    const second = warehouse.stream(numbers(1), { ...streamed, timeoutMs: 50 })[Symbol.asyncIterator]()
    await expect(second.next()).rejects.toMatchObject(timedOut)
    await expectService()
    await first.return?.(undefined)
  })

  test('and a backend that dies ends them', async () => {
    const rows = warehouse.stream(numbers(100_000), streamed)[Symbol.asyncIterator]()
    await rows.next()
    await engine.execute(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'tessera_login'",
    )
    await expect(rows.next()).rejects.toMatchObject(unavailable)
    await expectService()
  })
})

describe('over TLS', () => {
  const file = (name: string) => readFile(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8')
  let ca: string
  let url: string
  beforeAll(async () => {
    ca = await file('authority')
    const address = new URL(engine.source.url)
    address.hostname = 'localhost'
    url = address.href
    await present('server')
    await engine.execute('ALTER SYSTEM SET ssl = on')
    await engine.execute('SELECT pg_reload_conf()')
  })

  /** Written by the server, so that they are the server's own, and taken up in its own time. */
  async function present(name: string): Promise<void> {
    const made = { 'server.crt': await file(name), 'server.key': await file(`${name}-key`) }
    for (const [path, text] of Object.entries(made)) {
      await engine.execute(
        `COPY (SELECT unnest(string_to_array('${text}', E'\\n'))) TO PROGRAM 'umask 077; cat > ${path}'`,
      )
    }
  }

  test('a statement is encrypted, and one that is aborted ends in the engine', async () => {
    const secure = await engine.open({ url, tls: { ca } }, 1)
    await expect
      .poll(() => secure.run(value('x'), unhurried).catch(String), { interval: 20 })
      .toMatchObject({ columns: [['x']] })
    const abort = new AbortController()
    const left = expect(secure.run(sleep(60), { signal: abort.signal, timeoutMs: 60_000 })).rejects.toThrow(
      'left',
    )
    await untilWorking(1)
    const encrypted = await engine.execute(`
      SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'tessera_login' AND state = 'active'`)
    expect(encrypted).toEqual([{ ssl: true }])
    abort.abort(new Error('left'))
    await left
    await untilWorking(0)
    await expectService(secure)
    await secure.close()
  })

  test('a server whose certificate is by an authority that is not known, or for another server, is none', async () => {
    const stranger = await engine.open({ url: `${url}?sslmode=require` })
    const failing = () => stranger.run(value('x'), unhurried).catch((error) => error.cause?.message)
    expect(await failing()).toBe('PostgreSQL: UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    await present('elsewhere')
    await engine.execute('SELECT pg_reload_conf()')
    const renamed = async () => {
      const opened = await engine.open({ url, tls: { ca } })
      const outcome = await opened.run(value('x'), unhurried).catch((error) => error.cause?.message)
      await opened.close()
      return outcome
    }
    await expect.poll(renamed, { interval: 20 }).toBe('PostgreSQL: ERR_TLS_CERT_ALTNAME_INVALID')
  })
})

test('files from all databases of a server take half of its connections, and questions have the others', async () => {
  const { href } = new URL(engine.source.url)
  const sources = createDataSources({
    own: { kind: 'chdb', warehouse },
    values: {
      variable: () => ({ value: href, version: '1' }),
      secret: () => ({ value: null, expected: 'a secret' }),
      onChange: () => undefined,
    },
    catalogues: { get: () => Promise.reject(new Error('No model.')), onChange: () => undefined },
    settings: { openMax: 10, connections: 2, networks: null },
    log: createLogger('silent'),
  })
  const definition = { name: 'rows', kind: 'postgres', url: { env: 'ROWS' }, role: engine.source.role }
  const parsed = parseModel({ dataSources: [definition], datasets: [] }).dataSources
  const dataSources = new Map(parsed.map((each) => [each.name, buildDataSource(each)]))
  const found = sources.of({ organizationId: 'o', environmentId: 'e' }, { dataSources })
  const of = (database: string) => {
    const one = found.find({ dataSource: 'rows', database })
    if (one === null) throw new Error('No such database.')
    return one
  }
  const rows = (database: string) =>
    of(database)
      .stream(statementFor(database, 'SELECT generate_series(1, 100000)'), {
        ...{ ...unhurried, owner: { tenant: database, token: database } },
      })
      [Symbol.asyncIterator]()
  const [slow, other] = [rows('postgres'), rows('template1')]
  await slow.next()
  let began = false
  const waiting = other.next().then(() => {
    began = true
  })
  // The first of them may come before the rows.
  for (const _ of [1, 2]) {
    expect((await of('template1').run(value('x'), { ...unhurried, timeoutMs: 5_000 })).columns).toEqual([
      ['x'],
    ])
  }
  expect(began).toBe(false)
  await slow.return?.()
  await waiting
  await other.return?.()
  await sources.close()
})

test('connections are as many as are allowed, and closed when they are not needed', async () => {
  const connections = createConnections({
    name: 'test',
    address: addressOf(engine.source),
    max: 3,
    log: createLogger('silent'),
    idleTimeoutMillis: 50,
  })
  const count = async () => {
    const rows = await engine.execute(
      `SELECT pid FROM pg_stat_activity WHERE usename = 'tessera_login' AND backend_start > '${startedAt}'`,
    )
    return rows.length
  }
  const [row] = await engine.execute('SELECT clock_timestamp()::text AS at')
  const startedAt = String(row?.at)
  const work = async () => {
    const lease = await connections.take(new AbortController().signal)
    await lease.client.query('SELECT pg_sleep(0.005)')
    const open = await count()
    lease.giveBack(true)
    return open
  }
  const counts = await Promise.all(Array.from({ length: 30 }, work))
  expect(Math.max(...counts)).toBe(3)
  await expect.poll(count, { interval: 20 }).toBe(0)
  const { signal } = new AbortController()
  const taken = [
    await connections.take(signal),
    await connections.take(signal),
    await connections.take(signal),
  ]
  taken[0]?.giveBack(true)
  await connections.closeTo(2)
  expect(await count()).toBe(2)
  const closing = connections.closeTo(1)
  taken[1]?.giveBack(true)
  await closing
  taken[2]?.giveBack(true)
  expect([await count(), await work()]).toEqual([1, 1])
  await connections.close()
})

describe('a server', () => {
  const source = { name: 'test', kind: 'postgres', role: null } as const
  const log = createLogger('silent')
  let mute: Server
  let port = 0
  beforeAll(async () => {
    mute = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const address = mute.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(() => {
    mute.close()
  })

  test('that never answers costs no more than the time that was given', async () => {
    const opened = await openPostgresWarehouse(
      { ...source, url: `postgres://me:pw@127.0.0.1:${port}` },
      { log },
    )
    await expect(opened.run(value('x'), { signal: undefined, timeoutMs: 100 })).rejects.toMatchObject(
      timedOut,
    )
    await expect(opened.ping(100)).rejects.toMatchObject(unavailable)
    const closing = opened.close()
    await expect(opened.run(value('x'), unhurried)).rejects.toMatchObject(unavailable)
    await closing
  })

  test('that is not there is not asked again at once, and is as soon as it may be', async () => {
    const { log: kept, messages } = keptLog()
    const limits = { misses: 3, overMs: 0, pauseMs: 60 }
    const address = { ...addressOf(engine.source), port: 1 }
    const signal = new AbortController().signal
    const lost = createConnections({ name: 'test', address, max: 2, log: kept, limits })
    const outcomes = []
    for (let round = 0; round < 5; round += 1) {
      outcomes.push(await lost.take(signal).catch((error) => error.code))
    }
    expect(outcomes).toEqual([...Array(3).fill('ECONNREFUSED'), ...Array(2).fill('WAREHOUSE_UNAVAILABLE')])
    expect(messages()).toEqual(['the data source is not reached: nothing is sent for now'])
    await lost.close()
    // What the server itself refuses says that it is there.
    const refused = createConnections({
      ...{ name: 'test', max: 2, log: kept, limits },
      address: { ...addressOf(engine.source), password: 'wrong' },
    })
    const refusals = []
    for (let round = 0; round < 5; round += 1) {
      refusals.push(await refused.take(signal).catch((error) => error.code))
    }
    expect(refusals).toEqual(Array(5).fill('28P01'))
    await refused.close()
  })

  test('that is not there is unavailable, and need not be there when the warehouse is opened', async () => {
    const opened = await openPostgresWarehouse({ ...source, url: 'postgres://me:pw@127.0.0.1:1' }, { log })
    const failure = await opened.run(value('x'), unhurried).catch((error: unknown) => error)
    expect(failure).toMatchObject({ ...unavailable, cause: new Error('PostgreSQL: ECONNREFUSED') })
    expect(failure).toBeInstanceOf(TesseraError)
    await opened.close()
  })

  test('that takes no such password, or has no such database, is unavailable, and neither is repeated', async () => {
    const wrong = { password: 'never-told', database: 'never-told' }
    for (const name of ['password', 'database'] as const) {
      const opened = await engine.open({ [name]: wrong[name] })
      const failure = await opened.run(value('x'), unhurried).catch((error: unknown) => error)
      expect(failure).toMatchObject(unavailable)
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('never-told')
    }
  })
})

test('closing ends what runs, and afterwards it is unavailable and nothing of it is connected', async () => {
  const closing = await engine.open({}, 2)
  await warehouse.close()
  const runs = [1, 2, 3].map(() => closing.run(sleep(60), unhurried))
  const outcomes = Promise.allSettled(runs)
  await untilWorking(2)
  await closing.close()
  expect(await outcomes).toMatchObject(runs.map(() => ({ status: 'rejected', reason: unavailable })))
  await expect(closing.run(value('x'), unhurried)).rejects.toMatchObject(unavailable)
  const left = () =>
    engine.execute(
      "SELECT state FROM pg_stat_activity WHERE usename = 'tessera_login' AND application_name = 'tessera'",
    )
  await expect.poll(left, { timeout: 5_000, interval: 20 }).toEqual([])
})

test('a server that was stopped and started serves the next statement', async () => {
  const opened = await engine.open({}, 3)
  await expectService(opened)
  await engine.postgres.stop()
  await expect(opened.run(value('x'), unhurried)).rejects.toMatchObject(unavailable)
  await engine.postgres.start()
  await expectService(opened)
})
