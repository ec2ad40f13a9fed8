import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExportLinks, type ExportLinks, type KeptExport } from '../../src/exports/links.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { writeTenant } from '../../src/tenants/upsert.ts'
import { openTestStore } from '../support/store.ts'
import { ask } from '../support/store-rows.ts'

let store: Store
let links: ExportLinks
let tenant: Required<EnvironmentIdentity>

beforeAll(async () => {
  store = await openTestStore()
  links = createExportLinks({
    store,
    encryptionKeys: { current: createSecretKey(randomBytes(32)), previous: null },
  })
  const environment = await ensureEnvironment(store, { organization: 'one', environment: 'test' })
  tenant = { ...environment, tenantId: 'acme' }
})
afterAll(() => store.close())

const kept: KeptExport = {
  keyId: 'k',
  issuerId: null,
  claims: '{"sub":"\u0000someone"}',
  origin: null,
  input: { format: 'CSV', records: { dataset: 'orders', columns: ['region'] } },
  fileName: 'a.csv',
}
const now = new Date('2026-01-01T00:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)

const rows = () =>
  store.transaction(tenant, (transaction) => ask(transaction, sql`select * from export_links`))

test('what was kept comes back once', async () => {
  const { secret, expiresAt } = await links.keep(tenant, kept, now)
  expect(secret).toMatch(/^[\w-]{43}$/)
  expect(expiresAt).toEqual(later(60_000))
  expect((await links.take(secret, null, later(59_999)))?.kept).toEqual(kept)
  expect(await links.take(secret, null, later(1))).toBeNull()
})

test('neither its secret nor what it is about can be read in the store', async () => {
  const { secret } = await links.keep(tenant, kept, now)
  const text = JSON.stringify(await rows())
  expect(text).toContain('acme')
  for (const word of [secret, 'orders', 'someone', 'a.csv']) expect(text).not.toContain(word)
  await links.take(secret, null, now)
})

test('from its minute’s end on there is none, and the next link takes its row away', async () => {
  const { secret } = await links.keep(tenant, kept, now)
  expect(await links.take(secret, null, later(60_000))).toBeNull()
  expect(await rows()).toHaveLength(1)
  const other = { ...tenant, tenantId: 'globex' }
  const { secret: next } = await links.keep(other, kept, later(60_001))
  expect(await rows()).toEqual([])
  expect((await links.take(next, other, later(60_001)))?.kept).toEqual(kept)
})

test('another tenant or environment that shows it does not use it up', async () => {
  const foreign = await ensureEnvironment(store, { organization: 'two', environment: 'test' })
  const { secret } = await links.keep(tenant, kept, now)
  expect(await links.take(secret, { ...tenant, tenantId: 'globex' }, now)).toBeNull()
  expect(await links.take(secret, foreign, now)).toBeNull()
  expect((await links.take(secret, tenant, now))?.kept).toEqual(kept)
})

test('a row that was written past the process opens nothing', async () => {
  const one = await links.keep(tenant, kept, now)
  await links.keep({ ...tenant, tenantId: 'globex' }, { ...kept, fileName: 'theirs.csv' }, now)
  await store.transaction(
    { organizationId: tenant.organizationId, environmentId: tenant.environmentId },
    (transaction) =>
      ask(
        transaction,
        sql`update export_links set sealed = (select sealed from export_links where tenant_id = 'globex')`,
      ),
  )
  await expect(links.take(one.secret, null, now)).rejects.toThrow('unable to authenticate data')
})

test('of many who come at once one gets it', async () => {
  const { secret } = await links.keep(tenant, kept, now)
  const taken = await Promise.all(Array.from({ length: 20 }, () => links.take(secret, null, now)))
  expect(taken.flatMap((each) => (each === null ? [] : [each.kept]))).toEqual([kept])
})

test('none is kept and none comes back of a tenant that another process erased', async () => {
  const { organizationId, environmentId } = tenant
  const gone = { ...tenant, tenantId: 'gone' }
  const { secret } = await links.keep(gone, kept, now)
  const taken = await links.take(secret, gone, now)
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    writeTenant(transaction, tenant, 'gone', { definition: {}, erasedBy: randomUUID() }),
  )
  await expect(links.keep(gone, kept, now)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await taken?.giveBack()
  expect(await links.take(secret, gone, now)).toBeNull()
})
