import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../../src/store/store.ts'
import { tenants } from '../../src/store/tenant-tables.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'
import { refusal } from '../support/store-rows.ts'

const log = createLogger('silent')
const names = { organization: 'mine', environment: 'test' }
let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

const engines: Record<string, { open: () => Promise<Store>; ended: string; failed: string }> = {
  PGlite: {
    open: openTestStore,
    ended: 'Transaction is closed',
    failed: 'current transaction is aborted, commands ignored until end of transaction block',
  },
  PostgreSQL: {
    open: async () =>
      openStore({ databaseUrl: await postgres.createSuperuserDatabase(), dataFolder: '', log }),
    ended: 'The transaction has ended.',
    failed: 'The transaction was rolled back: one of its statements failed.',
  },
}

describe.each(Object.keys(engines))('a transaction on %s', (name) => {
  const engine = engines[name] ?? expect.fail()
  let store: Store
  let identity: EnvironmentIdentity

  beforeAll(async () => {
    store = await engine.open()
    identity = await ensureEnvironment(store, names)
  })

  afterAll(() => store.close())

  const addTenant = (transaction: StoreTransaction, tenantId: string) =>
    transaction.insert(tenants).values({ ...identity, tenantId, definition: {} })

  async function countOf(tenantId: string): Promise<number> {
    const rows = await store.transaction(identity, (transaction) =>
      transaction.select().from(tenants).where(eq(tenants.tenantId, tenantId)),
    )
    return rows.length
  }

  test('answers what its work answers, and keeps what it wrote', async () => {
    const answer = await store.transaction(identity, async (transaction) => {
      await addTenant(transaction, 'kept')
      return 'done'
    })
    expect([answer, await countOf('kept')]).toEqual(['done', 1])
  })

  test('keeps nothing where its work fails, and passes the failure on', async () => {
    const failure = new Error('of the caller')
    const work = store.transaction(identity, async (transaction) => {
      await addTenant(transaction, 'undone')
      throw failure
    })
    await expect(work).rejects.toBe(failure)
    expect(await countOf('undone')).toBe(0)
  })

  test('does not succeed where a statement failed and its error was swallowed', async () => {
    const work = store.transaction(identity, async (transaction) => {
      await addTenant(transaction, 'lost')
      await transaction.execute(sql`select 1 / 0`).catch(() => undefined)
    })
    expect(await refusal(work)).toBe(engine.failed)
    expect(await countOf('lost')).toBe(0)
  })

  test('can’t be used after its end', async () => {
    const [kept] = await store.transaction(identity, async (transaction) => [transaction])
    const select = async () => kept?.select().from(tenants)
    const execute = async () => kept?.execute(sql`select current_user`)
    expect(await refusal(select())).toBe(engine.ended)
    expect(await refusal(execute())).toBe(engine.ended)
  })

  test('is refused to an identity whose tenant is empty, which would be none', async () => {
    const work = store.transaction({ ...identity, tenantId: '' }, async () => 'entered')
    expect(await refusal(work)).toBe('The tenant of an identity is empty.')
  })

  test('of fifty at once never has another’s identity', async () => {
    const tenantIds = Array.from({ length: 50 }, (_, index) => `t${index}`)
    const seen = await Promise.all(
      tenantIds.map((tenantId) =>
        store.transaction({ ...identity, tenantId }, async (transaction) => {
          await addTenant(transaction, tenantId)
          const rows = await transaction.select({ tenantId: tenants.tenantId }).from(tenants)
          return rows.map((row) => row.tenantId)
        }),
      ),
    )
    expect(seen).toEqual(tenantIds.map((tenantId) => [tenantId]))
  })

  test('for the same names finds the same environment again, also where many make it at once', async () => {
    const others = await Promise.all(
      Array.from({ length: 8 }, () =>
        ensureEnvironment(store, { organization: 'mine', environment: 'other' }),
      ),
    )
    expect(new Set(others.map(({ environmentId }) => environmentId)).size).toBe(1)
    expect(await ensureEnvironment(store, names)).toEqual(identity)
  })
})
