import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TesseraError } from '../../src/errors.ts'
import { applyModel } from '../../src/model/apply.ts'
import { parseModel } from '../../src/model/parse.ts'
import { loadModel } from '../../src/model/repository.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { dashboards, dataSources, datasets, metrics, widgets } from '../../src/store/tables.ts'
import { type Warehouses, warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { givenSources } from '../support/data-sources.ts'
import { createModelTables, flightsText, problemsOf } from '../support/model.ts'
import { openTestStore } from '../support/store.ts'
import { openTestEngine, type TestEngine } from '../support/warehouse.ts'

let engine: TestEngine
let store: Store
let warehouses: Warehouses
let identity: EnvironmentIdentity
let environments = 0

beforeAll(async () => {
  engine = await openTestEngine()
  await createModelTables(engine)
  warehouses = warehousesNamed([['warehouse', await engine.open('chdb')]])
  store = await openTestStore()
})

afterAll(async () => {
  await store.close()
  await engine.close()
})

beforeEach(async () => {
  environments += 1
  identity = await ensureEnvironment(store, { organization: 'acme', environment: `test ${environments}` })
})

function apply(document: unknown, { dryRun = false, as = identity } = {}) {
  return applyModel({
    store,
    identity: as,
    dataSources: givenSources(warehouses),
    document,
    dryRun,
    isSecret: () => false,
  })
}

const flights = parseModel(flightsText)

/** A model with one metric of this name. */
function modelOf(metric: string) {
  return {
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: [
      {
        name: 'airports',
        dataSource: 'warehouse',
        database: 'demo',
        table: 'airports',
        tenancy: 'shared',
        metrics: [{ name: metric, aggregate: 'count' }],
      },
    ],
    dashboards: [
      {
        name: 'board',
        widgets: [{ name: 'total', visualization: { kind: 'NUMBER' }, counter: { metric } }],
      },
    ],
  }
}

function countRows(as: EnvironmentIdentity): Promise<readonly number[]> {
  return store.transaction(as, async (transaction) => {
    const counts: number[] = []
    for (const table of [dataSources, datasets, metrics, dashboards, widgets]) {
      counts.push(await transaction.$count(table))
    }
    return counts
  })
}

describe('applying', () => {
  test('the example goes in and comes out again as it was written', async () => {
    const change = await apply(flightsText)
    expect(change).toMatchObject({ version: 1, dryRun: false })
    expect(new Set(change.changes.map(({ action }) => action))).toEqual(new Set(['ADDED']))
    const loaded = await loadModel(store, identity)
    expect(JSON.stringify(loaded?.document)).toBe(JSON.stringify(flights))
    expect(loaded?.version).toBe(1)
    expect(await countRows(identity)).toEqual([1, 2, 9, 3, 25])
  })

  test('the columns come out as the warehouse described them', async () => {
    await apply(flightsText)
    const loaded = await loadModel(store, identity)
    const text = { kind: 'string' }
    const int32 = { kind: 'integer', bits: 32, signed: true }
    expect(loaded?.columns.get('flights')).toEqual(
      new Map([
        ['departed_at', { name: 'departed_at', type: { kind: 'instant', fraction: 0 }, nullable: false }],
        ['delay', { name: 'delay', type: int32, nullable: false }],
        ['distance', { name: 'distance', type: int32, nullable: false }],
        ['origin', { name: 'origin', type: text, nullable: false }],
        ['destination', { name: 'destination', type: text, nullable: false }],
      ]),
    )
  })

  test('a second model replaces the first, and nothing of it is left', async () => {
    await apply(flightsText)
    const change = await apply(modelOf('airports_listed'))
    expect(change.version).toBe(2)
    expect((await loadModel(store, identity))?.document).toEqual(modelOf('airports_listed'))
    expect(await countRows(identity)).toEqual([1, 1, 1, 1, 1])
  })

  test('the same model again is a new version without a change', async () => {
    await apply(flightsText)
    expect(await apply(flightsText)).toEqual({ version: 2, dryRun: false, changes: [] })
  })

  test('a dry run says what would change, and changes nothing', async () => {
    await apply(modelOf('one'))
    expect(await apply(modelOf('two'), { dryRun: true })).toEqual({
      version: 2,
      dryRun: true,
      changes: [
        { action: 'ADDED', kind: 'metric', name: 'two' },
        { action: 'CHANGED', kind: 'widget', name: 'board/total' },
        { action: 'REMOVED', kind: 'metric', name: 'one' },
      ],
    })
    expect(await loadModel(store, identity)).toMatchObject({ version: 1, document: modelOf('one') })
  })

  test('a model without anything in it is one, too', async () => {
    await apply(flightsText)
    expect((await apply({ dataSources: [], datasets: [] })).version).toBe(2)
    expect(await countRows(identity)).toEqual([0, 0, 0, 0, 0])
  })
})

describe('all or nothing', () => {
  test('a refused document leaves the model as it was', async () => {
    await apply(modelOf('one'))
    const wrong = { ...modelOf('two'), dashboards: [{ name: 'board', widgets: [{ name: 'w' }] }] }
    await problemsOf(() => apply(wrong))
    const [airports] = modelOf('two').datasets
    await problemsOf(() => apply({ ...modelOf('two'), datasets: [{ ...airports, table: 'airport' }] }))
    expect(await loadModel(store, identity)).toMatchObject({ version: 1, document: modelOf('one') })
  })

  test('a failure while the rows are written leaves the model as it was', async () => {
    await apply(modelOf('one'))
    const failing: Store = {
      ...store,
      transaction: (as, work) =>
        store.transaction(as, async (transaction) => {
          const result = await work(transaction)
          await transaction.execute(sql`select 1 / 0`)
          return result
        }),
    }
    const applying = {
      store: failing,
      identity,
      dataSources: givenSources(warehouses),
      document: modelOf('two'),
      dryRun: false,
      isSecret: () => false,
    }
    await expect(applyModel(applying)).rejects.toThrow()
    expect(await loadModel(store, identity)).toMatchObject({ version: 1, document: modelOf('one') })
    expect(await countRows(identity)).toEqual([1, 1, 1, 1, 1])
  })

  test('of many at once each is applied whole, one after the other', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `metric_${index}`)
    const changes = await Promise.all(names.map((name) => apply(modelOf(name))))
    expect(changes.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const last = names[changes.findIndex(({ version }) => version === 8)] ?? ''
    expect(await loadModel(store, identity)).toMatchObject({ version: 8, document: modelOf(last) })
    expect(await countRows(identity)).toEqual([1, 1, 1, 1, 1])
  })

  test('a large model fits, whatever one statement can take', async () => {
    const model = modelOf('first')
    const [dataset] = model.datasets
    const own = (at: number) =>
      Array.from({ length: 500 }, (_, index) => ({ name: `m${at}_${index}`, aggregate: 'count' }))
    const many = Array.from({ length: 14 }, (_, at) => ({ ...dataset, name: `d${at}`, metrics: own(at) }))
    const large = { ...model, datasets: [...model.datasets, ...many] }
    await apply(large)
    expect(await countRows(identity)).toEqual([1, 15, 7001, 1, 1])
  })
})

describe('one environment', () => {
  test('does not touch the model of another', async () => {
    const other = await ensureEnvironment(store, { organization: 'acme', environment: 'other' })
    await apply(modelOf('mine'))
    await apply(modelOf('theirs'), { as: other })
    await apply({ dataSources: [], datasets: [] })
    expect(await loadModel(store, other)).toMatchObject({ version: 1, document: modelOf('theirs') })
  })

  test('that does not exist is an error, and nothing is written', async () => {
    const nobody = { organizationId: identity.organizationId, environmentId: crypto.randomUUID() }
    const refusal = await apply(modelOf('one'), { as: nobody }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(TesseraError)
    expect(refusal).toMatchObject({ code: 'NOT_FOUND' })
    expect(await loadModel(store, nobody)).toBeNull()
  })

  test('is written whole where the identity names a tenant, as the model is the whole environment’s', async () => {
    const model = modelOf('one')
    const [board] = model.dashboards
    const dashboards = [board, { ...board, name: 'of_b', tenant: 'b' }]
    await apply({ ...model, dashboards }, { as: { ...identity, tenantId: 'a' } })
    expect((await loadModel(store, { ...identity, tenantId: 'a' }))?.document.dashboards).toEqual(dashboards)
    expect(await countRows(identity)).toEqual([1, 1, 1, 2, 2])
    expect(await countRows({ ...identity, tenantId: 'a' })).toEqual([1, 1, 1, 1, 1])
  })
})
