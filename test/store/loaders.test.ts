import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { createLoaders } from '../../src/store/loaders.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../../src/store/store.ts'
import { apiKeys } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'

let store: Store
let mine: EnvironmentIdentity
let foreign: EnvironmentIdentity
const mineIds = Array.from({ length: 20 }, () => randomUUID())
const foreignId = randomUUID()

beforeAll(async () => {
  store = await openTestStore()
  mine = await ensureEnvironment(store, { organization: 'mine', environment: 'test' })
  foreign = await ensureEnvironment(store, { organization: 'foreign', environment: 'test' })
  await insertKeys(mine, mineIds)
  await insertKeys(foreign, [foreignId])
})

afterAll(() => store.close())

async function insertKeys(identity: EnvironmentIdentity, ids: readonly string[]): Promise<void> {
  await store.transaction(identity, (transaction) =>
    transaction.insert(apiKeys).values(
      ids.map((id) => ({
        organizationId: identity.organizationId,
        environmentId: identity.environmentId,
        id,
        name: `key ${id}`,
        prefix: 'tsk_',
        secretHash: `hash ${id}`,
        scopes: [],
      })),
    ),
  )
}

/** A store that counts what is asked of it inside its transactions. */
function counting(): { readonly store: Store; readonly selects: () => number } {
  let selects = 0
  const watched = (transaction: StoreTransaction): StoreTransaction =>
    new Proxy(transaction, {
      get(target, name) {
        if (name === 'select') selects += 1
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  const counted: Store = {
    ...store,
    transaction: (identity, work) => store.transaction(identity, (transaction) => work(watched(transaction))),
  }
  return { store: counted, selects: () => selects }
}

test('many look-ups of one tick are one statement, each answered with its own row, in its own place', async () => {
  const counted = counting()
  const { apiKeys } = createLoaders(counted.store, mine)
  const asked = [...mineIds].reverse()
  const rows = await Promise.all(asked.map((id) => apiKeys.load(id)))
  expect(rows.map((row) => row?.id)).toEqual(asked)
  expect(counted.selects()).toBe(1)
})

test('one row is read once in a request, and anew in the next', async () => {
  const counted = counting()
  const id = mineIds[0] ?? expect.fail()
  const first = createLoaders(counted.store, mine)
  await Promise.all([first.apiKeys.load(id), first.apiKeys.load(id)])
  await first.apiKeys.load(id)
  expect(counted.selects()).toBe(1)
  await createLoaders(counted.store, mine).apiKeys.load(id)
  expect(counted.selects()).toBe(2)
})

test('a row that is not there and one of another environment are both null', async () => {
  const { apiKeys } = createLoaders(store, mine)
  expect(await Promise.all([apiKeys.load(randomUUID()), apiKeys.load(foreignId)])).toEqual([null, null])
  expect((await createLoaders(store, foreign).apiKeys.load(foreignId))?.id).toBe(foreignId)
})
