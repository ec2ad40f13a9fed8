import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyModel } from '../../src/model/apply.ts'
import { parseModel } from '../../src/model/parse.ts'
import { loadModel } from '../../src/model/repository.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { createModelTables, flightsText } from '../support/model.ts'
import { openTestStore } from '../support/store.ts'
import { openTestEngine, type TestEngine } from '../support/warehouse.ts'

let engine: TestEngine
let store: Store
let warehouses: ReadonlyMap<string, Warehouse>
let identity: EnvironmentIdentity

beforeAll(async () => {
  engine = await openTestEngine()
  await createModelTables(engine)
  warehouses = new Map([['warehouse', await engine.open('chdb')]])
  store = await openTestStore()
  identity = await ensureEnvironment(store, { organization: 'acme', environment: 'test' })
})

afterAll(async () => {
  await store.close()
  await engine.close()
})

test('the demo applies', async () => {
  const change = await applyModel({ store, identity, warehouses, document: flightsText, dryRun: false })
  expect(change.version).toBe(1)
  const loaded = await loadModel(store, identity)
  expect(loaded?.document).toEqual(parseModel(flightsText))
  expect(JSON.stringify(loaded?.document)).toBe(JSON.stringify(parseModel(flightsText)))
})
