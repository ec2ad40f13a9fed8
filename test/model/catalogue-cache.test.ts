import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCatalogueCache } from '../../src/model/catalogue-cache.ts'
import { parseModel } from '../../src/model/parse.ts'
import { environmentKey, replaceModel } from '../../src/model/repository.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { openTestStore } from '../support/store.ts'
import { silent } from '../support/tokens.ts'

let store: Store
let identity: EnvironmentIdentity
let environments = 0

beforeAll(async () => {
  store = await openTestStore()
})

afterAll(() => store.close())

beforeEach(async () => {
  environments += 1
  identity = await ensureEnvironment(store, { organization: 'acme', environment: `test ${environments}` })
})

function put(metric: string, as = identity) {
  const document = parseModel({
    dataSources: [{ name: 'warehouse', kind: 'chdb' }],
    datasets: [
      {
        name: 'orders',
        dataSource: 'warehouse',
        table: 'orders',
        tenancy: 'shared',
        metrics: [{ name: metric, aggregate: 'count' }],
      },
    ],
  })
  return replaceModel(store, as, { document, columns: new Map([['orders', new Map()]]) })
}

/** The store, with its transactions counted, its notices lost or itself out of order. */
function watched({ hears = true } = {}) {
  const state = { transactions: 0, isDown: false, release: Promise.resolve() }
  const watching: Store = {
    ...store,
    transaction: async (as, work) => {
      const { release } = state
      state.transactions += 1
      if (state.isDown) throw new Error('The store is down.')
      const result = await store.transaction(as, work)
      await release
      return result
    },
    listen: (channel, onNotice) => (hears ? store.listen(channel, onNotice) : Promise.resolve()),
  }
  return { state, store: watching }
}

function metricsOf({ metrics }: { readonly metrics: ReadonlyMap<string, unknown> }): readonly string[] {
  return [...metrics.keys()]
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('the catalogue of an environment', () => {
  test('is empty where no model was applied', async () => {
    const cache = await createCatalogueCache({ store, log: silent })
    const catalogue = await cache.get(identity)
    expect(catalogue).toMatchObject({ version: 0 })
    expect(catalogue.datasets.size).toBe(0)
  })

  test('comes from memory while it is fresh', async () => {
    await put('one')
    const { state, store: watching } = watched()
    const cache = await createCatalogueCache({ store: watching, log: silent })
    const first = await cache.get(identity)
    const known = state.transactions
    for (let round = 0; round < 100; round += 1) expect(await cache.get(identity)).toBe(first)
    expect(state.transactions).toBe(known)
  })

  test('is loaded once for all who ask at once', async () => {
    await put('one')
    const { state, store: watching } = watched()
    const cache = await createCatalogueCache({ store: watching, log: silent })
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.get(identity)))
    expect(new Set(answers).size).toBe(1)
    expect(state.transactions).toBe(1)
  })

  test('belongs to it alone', async () => {
    const other = await ensureEnvironment(store, { organization: 'acme', environment: 'the other' })
    await put('mine')
    await put('theirs', other)
    const cache = await createCatalogueCache({ store, log: silent })
    expect(metricsOf(await cache.get(identity))).toEqual(['mine'])
    expect(metricsOf(await cache.get(other))).toEqual(['theirs'])
  })

  test('cannot be changed by whoever got it', async () => {
    await put('one')
    const cache = await createCatalogueCache({ store, log: silent })
    const { metrics } = await cache.get(identity)
    expect(() => Reflect.apply(Map.prototype.get, metrics, ['one'])).not.toThrow()
    expect(() => Reflect.get(metrics, 'set')('x', null)).toThrow('A catalogue cannot be changed.')
  })
})

describe('a change', () => {
  test('is known as soon as its notice arrives', async () => {
    await put('one')
    const cache = await createCatalogueCache({ store, log: silent })
    expect(metricsOf(await cache.get(identity))).toEqual(['one'])
    await put('two')
    await until(async () => metricsOf(await cache.get(identity))[0] === 'two')
  })

  test('does not outdate the catalogue of another environment', async () => {
    const other = await ensureEnvironment(store, { organization: 'acme', environment: 'a neighbour' })
    await put('one')
    const { state, store: watching } = watched()
    const cache = await createCatalogueCache({ store: watching, log: silent })
    await cache.get(identity)
    const known = state.transactions
    await put('two', other)
    await put('three', other)
    await cache.get(identity)
    expect(state.transactions).toBe(known)
  })

  test('whose notice was lost is known by age, behind an answer from memory', async () => {
    await put('one')
    const { store: watching } = watched({ hears: false })
    const cache = await createCatalogueCache({ store: watching, log: silent, maxAgeMs: 0 })
    const changed: string[] = []
    cache.onChange((environment) => changed.push(environment))
    await cache.get(identity)
    await put('two')
    expect(metricsOf(await cache.get(identity))).toEqual(['one'])
    await until(async () => metricsOf(await cache.get(identity))[0] === 'two')
    expect(changed).toEqual([environmentKey(identity)])
  })

  test('an old catalogue without a change costs the look at a version, and stays the same one', async () => {
    await put('one')
    const { state, store: watching } = watched({ hears: false })
    const cache = await createCatalogueCache({ store: watching, log: silent, maxAgeMs: 0 })
    const first = await cache.get(identity)
    const known = state.transactions
    expect(await cache.get(identity)).toBe(first)
    await until(() => state.transactions === known + 1)
    await until(async () => (await cache.get(identity)) === first)
  })

  test('is known to the next who asks where it was made known by hand', async () => {
    await put('one')
    const { store: watching } = watched({ hears: false })
    const cache = await createCatalogueCache({ store: watching, log: silent })
    await cache.get(identity)
    await put('two')
    const changed: string[] = []
    cache.onChange((environment) => changed.push(environment))
    cache.forget(identity)
    expect(changed).toEqual([environmentKey(identity)])
    expect(metricsOf(await cache.get(identity))).toEqual(['two'])
  })

  test('that comes while the model is being read is not missed', async () => {
    await put('one')
    const { state, store: watching } = watched({ hears: false })
    const cache = await createCatalogueCache({ store: watching, log: silent })
    let open = () => {}
    state.release = new Promise((resolve) => {
      open = resolve
    })
    const early = cache.get(identity)
    await until(() => state.transactions === 1)
    await put('two')
    cache.forget(identity)
    state.release = Promise.resolve()
    expect(metricsOf(await cache.get(identity))).toEqual(['two'])
    open()
    expect(metricsOf(await early)).toEqual(['one'])
    expect(metricsOf(await cache.get(identity))).toEqual(['two'])
  })
})

describe('a store that is down', () => {
  test('leaves the known catalogue in force, and is asked again later and not by each request', async () => {
    await put('one')
    const { state, store: watching } = watched()
    const cache = await createCatalogueCache({ store: watching, log: silent })
    const first = await cache.get(identity)
    state.isDown = true
    cache.forget(identity)
    const known = state.transactions
    for (let round = 0; round < 20; round += 1) expect(await cache.get(identity)).toBe(first)
    expect(state.transactions).toBe(known + 1)
    state.isDown = false
    await put('two')
    await until(async () => metricsOf(await cache.get(identity))[0] === 'two')
  })

  test('is an error where nothing is known yet, and is forgotten when it is back', async () => {
    await put('one')
    const { state, store: watching } = watched()
    const cache = await createCatalogueCache({ store: watching, log: silent })
    state.isDown = true
    await expect(cache.get(identity)).rejects.toThrow('The store is down.')
    state.isDown = false
    expect(metricsOf(await cache.get(identity))).toEqual(['one'])
  })
})
