import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import { tenants } from '../../src/store/tenant-tables.ts'

let dataFolder: string

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'tessera-durability-'))
})

afterAll(() => rm(dataFolder, { recursive: true, force: true }))

/** Commits one tenant after the other and says so after each; killed at the `count`th, in whatever it does then. */
async function killedAfter(round: number, count: number): Promise<readonly string[]> {
  const script = join(import.meta.dirname, '../support/commit-tenants.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataFolder, String(round)])
  const acknowledged: string[] = []
  child.stdout.setEncoding('utf8')
  for await (const chunk of child.stdout) {
    acknowledged.push(...String(chunk).split('\n').filter(Boolean))
    if (acknowledged.length >= count) child.kill('SIGKILL')
  }
  return acknowledged
}

test('what was acknowledged survives a kill -9', async () => {
  const acknowledged: string[] = []
  for (let round = 0; round < 3; round++) acknowledged.push(...(await killedAfter(round, 5 + round * 7)))
  expect(acknowledged.length).toBeGreaterThanOrEqual(5 + 12 + 19)
  const store = await openStore({ dataFolder, log: createLogger('silent') })
  const identity = await ensureEnvironment(store, { organization: 'mine', environment: 'test' })
  const rows = await store.transaction(identity, (transaction) => transaction.select().from(tenants))
  const kept = new Set(rows.map(({ tenantId }) => tenantId))
  expect(acknowledged.filter((tenantId) => !kept.has(tenantId))).toEqual([])
  await store.close()
})
