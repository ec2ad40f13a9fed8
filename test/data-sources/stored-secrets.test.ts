import { createSecretKey, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seal } from '../../src/access/encryption.ts'
import { secretContext } from '../../src/access/sealed-secret.ts'
import { removeSecretRow, writeSecretRow } from '../../src/data-sources/secrets/rows.ts'
import { createStoredSecrets } from '../../src/data-sources/secrets/stored-secrets.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { dataSourceSecrets } from '../../src/store/secret-tables.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { openTestStore } from '../support/store.ts'
import { silent } from '../support/tokens.ts'

const current = createSecretKey(randomBytes(32))
let store: Store
let environment: EnvironmentIdentity

beforeAll(async () => {
  store = await openTestStore()
  environment = await ensureEnvironment(store, { organization: 'secrets', environment: 'test' })
})
afterAll(() => store.close())

function openSecrets(over: Store = store) {
  const encryptionKeys = { current, previous: null }
  const secrets = createStoredSecrets({ store: over, encryptionKeys, log: silent })
  return { ...secrets, valueOf: (name: string) => secrets.find(environment.environmentId, name).value }
}

function write(name: string, value: string) {
  const context = secretContext({ environmentId: environment.environmentId, name })
  return writeSecretRow(store, environment, { name, sealed: seal(current, context, value) })
}

async function remove(name: string) {
  const row = await removeSecretRow(store, environment, name)
  if (row === null) throw new Error('There is none.')
  return row
}

test('a secret that is changed or removed is, though the store’s clock is behind that of the one before', async () => {
  await write('lake', 'old')
  await store.transaction(environment, (transaction) =>
    transaction.update(dataSourceSecrets).set({ changedAt: sql`now() + interval '1 minute'` }),
  )
  const secrets = openSecrets()
  const stop = await secrets.watch()
  const found = [secrets.valueOf('lake')]
  secrets.note(await write('lake', 'new'))
  found.push(secrets.valueOf('lake'))
  secrets.note(await remove('lake'))
  found.push(secrets.valueOf('lake'))
  secrets.note(await write('lake', 'again'))
  found.push(secrets.valueOf('lake'))
  await stop()
  expect(found).toEqual(['old', 'new', null, 'again'])
})

test('a secret that is set or removed while all are read anew is, from then on', async () => {
  await write('removed', 'old')
  const secrets = openSecrets({
    ...store,
    transaction: async (identity, work) => {
      const rows = await store.transaction(identity, work)
      secrets.note(await write('set', 'new'))
      secrets.note(await remove('removed'))
      return rows
    },
  })
  const stop = await secrets.watch()
  expect([secrets.valueOf('set'), secrets.valueOf('removed')]).toEqual(['new', null])
  await stop()
})
