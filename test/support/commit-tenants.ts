import { createLogger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import { tenants } from '../../src/store/tenant-tables.ts'

/** A process of its own for durability.test.ts: commits until it is killed. */
const [dataFolder = '', round = ''] = process.argv.slice(2)
const store = await openStore({ dataFolder, log: createLogger('silent') })
const identity = await ensureEnvironment(store, { organization: 'mine', environment: 'test' })
for (let index = 0; ; index++) {
  const tenantId = `${round}-${index}`
  await store.transaction(identity, (transaction) =>
    transaction.insert(tenants).values({ ...identity, tenantId, definition: {} }),
  )
  process.stdout.write(`${tenantId}\n`)
}
