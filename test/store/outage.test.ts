import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { followChanges } from '../../src/access/change-feed.ts'
import { createLogger } from '../../src/log.ts'
import { createCatalogueCache } from '../../src/model/catalogue-cache.ts'
import { environmentKey } from '../../src/model/repository.ts'
import { openStore } from '../../src/store/connect.ts'
import { type Channel, notify, type Store, type StoreTransaction } from '../../src/store/store.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

const identity = { organizationId: randomUUID(), environmentId: randomUUID() }
const poolSize = 10
/** How many backends die at each moment; a hundred and more in `npm run proof`. */
const deathsEach = Number(process.env.STORE_DEATHS ?? 5)
const log = createLogger('silent')
const channelSchema = z.enum([
  ...(['model', 'revocations', 'signing_keys', 'token_issuers'] as const),
  ...(['data_source_secrets', 'allowed_origins', 'tenants'] as const),
])
const resultSchema = z.object({ rows: z.array(z.object({ pid: z.int() })) })

let postgres: TestPostgres
let databaseUrl: string
let store: Store
const uncaught: unknown[] = []
const remember = (error: unknown) => uncaught.push(error)

beforeAll(async () => {
  postgres = await startPostgres()
  databaseUrl = await postgres.createDatabase()
})

beforeEach(async () => {
  uncaught.length = 0
  process.on('uncaughtException', remember)
  store = await openStore({ databaseUrl, dataFolder: '', log })
})

afterEach(async () => {
  await store.close()
  process.off('uncaughtException', remember)
})

afterAll(() => postgres.close())

async function backendOf(transaction: StoreTransaction): Promise<number> {
  const result = await transaction.execute(sql`select pg_backend_pid() as pid`)
  const [row] = resultSchema.parse(result).rows
  return row === undefined ? Number.NaN : row.pid
}

/** As many transactions as the pool has connections, each of which waits until all the others have begun. */
async function fillPool(): Promise<number> {
  let begun = 0
  let open: () => void = () => undefined
  const allBegun = new Promise<void>((resolve) => {
    open = resolve
  })
  const backends = await Promise.all(
    Array.from({ length: poolSize }, () =>
      store.transaction(identity, async (transaction) => {
        begun += 1
        if (begun === poolSize) open()
        await allBegun
        return backendOf(transaction)
      }),
    ),
  )
  return new Set(backends).size
}

describe('a backend that dies inside a transaction', () => {
  const deaths: Record<string, (transaction: StoreTransaction) => Promise<unknown>> = {
    'between two statements': async (transaction) => {
      await postgres.run(`select pg_terminate_backend(${await backendOf(transaction)}, 5000)`)
      await sleep(5)
      return transaction.execute(sql`select 1`)
    },
    'during a statement': async (transaction) => {
      const killed = `select pg_terminate_backend(${await backendOf(transaction)}, 5000)`
      const [statement] = await Promise.allSettled([
        transaction.execute(sql`select pg_sleep(20)`),
        sleep(20).then(() => postgres.run(killed)),
      ])
      if (statement.status === 'rejected') throw statement.reason
    },
    'before the commit': async (transaction) => {
      await postgres.run(`select pg_terminate_backend(${await backendOf(transaction)}, 5000)`)
    },
  }

  test.each(Object.keys(deaths))(
    '%s fails its own transaction and costs the pool nothing',
    async (moment) => {
      const die = deaths[moment] ?? expect.fail()
      for (let round = 0; round < deathsEach; round += 1) {
        await expect(store.transaction(identity, die)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
      }
      expect(await fillPool()).toBe(poolSize)
      expect(uncaught).toEqual([])
    },
  )

  test('in twenty transactions at once costs the pool nothing', async () => {
    const die = deaths['between two statements'] ?? expect.fail()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => store.transaction(identity, die)),
    )
    expect(results.map(({ status }) => status)).toEqual(Array(20).fill('rejected'))
    expect(await fillPool()).toBe(poolSize)
    expect(uncaught).toEqual([])
  })
})

test('a transaction that fails by itself costs the pool nothing', async () => {
  for (let round = 0; round < 20; round += 1) {
    await expect(
      store.transaction(identity, async () => {
        throw new Error('of the caller')
      }),
    ).rejects.toThrow('of the caller')
  }
  expect(await fillPool()).toBe(poolSize)
})

test('a server that was stopped and started serves the next transaction', async () => {
  expect(await fillPool()).toBe(poolSize)
  await postgres.stop()
  await expect(store.transaction(identity, backendOf)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await expect(store.ping()).rejects.toThrow('ECONNREFUSED')
  await postgres.start()
  expect(await fillPool()).toBe(poolSize)
  expect(uncaught).toEqual([])
})

describe('notices', () => {
  const backendOfListener = `select pid from pg_stat_activity where application_name = 'tessera listener'`

  /** Until the listener is there again notices are lost, so they are sent until one comes. */
  async function expectNotices(notices: readonly (string | null)[]): Promise<void> {
    const payload = randomUUID()
    await vi.waitFor(
      async () => {
        await store.transaction(identity, (transaction) => notify(transaction, 'model', payload))
        expect(notices).toContain(payload)
      },
      { timeout: 15_000, interval: 100 },
    )
  }

  test('come once each, and again after the listening backend was killed or the server restarted', async () => {
    const notices: (string | null)[] = []
    await store.listen('model', (payload) => notices.push(payload))
    await store.transaction(identity, (transaction) => notify(transaction, 'model', 'first'))
    await vi.waitFor(() => expect(notices).toEqual(['first']))

    await postgres.run(`select pg_terminate_backend(pid) from (${backendOfListener}) as listener`)
    await expectNotices(notices)
    await postgres.stop()
    await postgres.start()
    await expectNotices(notices)

    expect(await postgres.run(backendOfListener)).toHaveLength(1)
    expect(uncaught).toEqual([])
  })

  test('of every channel come on one connection, and none is missed where that dies', async () => {
    // Each that there is, or it is no such record.
    const followed: Record<Exclude<Channel, 'model'>, true> = {
      ...{ revocations: true, signing_keys: true, token_issuers: true, data_source_secrets: true },
      ...{ allowed_origins: true, tenants: true },
    }
    const channels = channelSchema.array().parse(Object.keys(followed))
    const read: string[] = []
    const stops: (() => Promise<void>)[] = []
    for (const channel of channels) {
      // They never ask by themselves.
      const once = { store, log, what: channel, everyMs: 3_600_000 }
      stops.push(await followChanges({ ...once, channel, read: async () => void read.push(channel) }))
    }
    const catalogues = await createCatalogueCache({ store, log })
    await catalogues.get(identity)
    catalogues.onChange(() => read.push('model'))
    expect([read.splice(0), await postgres.run(backendOfListener)]).toEqual([
      [...channels],
      [expect.anything()],
    ])

    await postgres.run(`select pg_terminate_backend(pid, 5000) from (${backendOfListener}) as listener`)
    const all = channelSchema.options
    // Of these nobody hears: it takes half a second until another connection is tried.
    const change = () =>
      store.transaction(identity, async (transaction) => {
        const key = environmentKey(identity)
        for (const channel of all) await notify(transaction, channel, channel === 'model' ? key : '')
      })
    await change()
    expect(read).toEqual([])
    await vi.waitFor(() => expect(read.toSorted()).toEqual(all.toSorted()), { timeout: 5_000 })
    read.length = 0
    await change()
    await vi.waitFor(() => expect(read.toSorted()).toEqual(all.toSorted()))
    expect([await postgres.run(backendOfListener), uncaught]).toEqual([[expect.anything()], []])
    for (const stop of stops) await stop()
  })

  test('or not, what changed is asked for, and after a failure all that there is', async () => {
    const read: boolean[] = []
    const reading = async (all: boolean) => {
      read.push(all)
      if (read.length === 3 || read.length === 4) throw new Error('the store is out')
    }
    const channel = 'signing_keys'
    const stop = await followChanges({ store, log, channel, what: 'keys', read: reading, everyMs: 5 })
    await vi.waitFor(() => expect(read.slice(0, 6)).toEqual([true, false, false, true, true, false]))
    await stop()
  })

  test('of a transaction that was rolled back never come', async () => {
    const notices: (string | null)[] = []
    await store.listen('model', (payload) => notices.push(payload))
    const undone = store.transaction(identity, async (transaction) => {
      await notify(transaction, 'model', 'undone')
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    await store.transaction(identity, (transaction) => notify(transaction, 'model', 'done'))
    await vi.waitFor(() => expect(notices).toEqual(['done']))
  })

  test('leave nothing behind where the listener cannot connect, or the store is closed meanwhile', async () => {
    await store.listen('model', () => undefined)
    await postgres.stop()
    await expect(store.listen('model', () => undefined)).rejects.toThrow('ECONNREFUSED')
    await store.close()
    await postgres.start()
    await sleep(1_000)
    expect(await postgres.run(backendOfListener)).toEqual([])
    store = await openStore({ databaseUrl, dataFolder: '', log })
    expect(uncaught).toEqual([])
  })
})

test('a server that cannot be reached is named without the password', async () => {
  await postgres.stop()
  const opening = openStore({ databaseUrl, dataFolder: '', log })
  const { host } = new URL(databaseUrl)
  await expect(opening).rejects.toThrow(`DATABASE_URL: postgres://${host}/test_1 cannot be reached.`)
  await postgres.start()
})
