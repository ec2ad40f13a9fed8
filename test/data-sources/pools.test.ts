import { describe, expect, test } from 'vitest'
import { createPools, type Lease, type Pooled, type PoolOf } from '../../src/data-sources/pools.ts'
import { TesseraError } from '../../src/errors.ts'
import { withoutRows } from '../../src/warehouse/without-rows.ts'

const anyone = { dataSource: 'any', database: null }

/** Pools of warehouses that note when they are opened and closed. */
function poolsOf({ openMax = 10, idleMs = 60_000 } = {}) {
  const happened: string[] = []
  const unwanted = new Set<string>()
  const pools = createPools({ openMax, idleMs, onCloseFailure: (error) => happened.push(String(error)) })

  function of(key: string, connections: number | null = null, group = key): PoolOf {
    const open = async (): Promise<Pooled> => {
      happened.push(`open ${key}`)
      const warehouse = withoutRows.find(anyone)
      if (warehouse === null) throw new Error('No warehouse.')
      return {
        ...warehouse,
        close: async () => void happened.push(`close ${key}`),
        shrink: async (left) => void happened.push(`shrink ${key} to ${left}`),
      }
    }
    return { key, group, connections, open, isWanted: () => !unwanted.has(key) }
  }

  const lease = (wanted: PoolOf, end = new AbortController().signal) => pools.lease(wanted, end)
  return { pools, happened, unwanted, of, lease }
}

/** Whether it has settled once everything that could settle it has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  promise.then(
    () => {
      done = true
    },
    () => undefined,
  )
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

describe('pools', () => {
  test('are opened by the first who needs them, and shared', async () => {
    const { happened, of, lease } = poolsOf()
    const leases = await Promise.all([lease(of('a')), lease(of('a')), lease(of('b'))])
    expect(happened).toEqual(['open a', 'open b'])
    expect(leases[0]?.warehouse).toBe(leases[1]?.warehouse)
  })

  test('that are no longer wanted are closed when their last user has done', async () => {
    const { pools, happened, unwanted, of, lease } = poolsOf()
    const [first, second] = [await lease(of('a')), await lease(of('a'))]
    ;(await lease(of('b'))).release()
    unwanted.add('a').add('b')
    pools.tidy()
    first.release()
    first.release()
    await settled(Promise.resolve())
    expect(happened).toEqual(['open a', 'open b', 'close b'])
    second.release()
    await settled(Promise.resolve())
    expect(happened).toEqual(['open a', 'open b', 'close b', 'close a'])
  })

  test('that nobody uses are closed after a while', async () => {
    const { pools, happened, of, lease } = poolsOf({ idleMs: 5 })
    ;(await lease(of('a'))).release()
    await expect.poll(() => happened).toEqual(['open a', 'close a'])
    ;(await lease(of('a'))).release()
    expect(happened).toEqual(['open a', 'close a', 'open a'])
    await pools.close()
  })

  test('are never more than so many: the least recently used goes, once it has gone the next is opened', async () => {
    const { happened, of, lease } = poolsOf({ openMax: 2 })
    for (const key of ['a', 'b', 'a']) (await lease(of(key))).release()
    await lease(of('c'))
    expect(happened).toEqual(['open a', 'open b', 'close b', 'open c'])
  })

  test('that are all in use let the next one wait, in the order in which they came', async () => {
    const { happened, of, lease } = poolsOf({ openMax: 1 })
    const first = await lease(of('a'))
    const waiting: Promise<Lease>[] = [lease(of('b')), lease(of('c'))]
    expect(await settled(Promise.race(waiting))).toBe(false)
    // Who needs no other pool need not wait for one.
    ;(await lease(of('a'))).release()
    first.release()
    ;(await waiting[0])?.release()
    await waiting[1]
    expect(happened).toEqual(['open a', 'close a', 'open b', 'close b', 'open c'])
  })

  test('of one server share its connections, and each gets in at last', async () => {
    const { happened, of, lease } = poolsOf()
    const one = of('one', 2, 'server')
    const two = of('two', 2, 'server')
    const busy = [await lease(one), await lease(one)]
    const waiting = lease(two)
    expect(await settled(waiting)).toBe(false)
    // It would be free for the first, but the other has waited for longer.
    const behind = lease(one)
    busy[0]?.release()
    expect([await settled(waiting), await settled(behind)]).toEqual([true, false])
    busy[1]?.release()
    await behind
    expect(happened).toEqual(['open one', 'shrink one to 1', 'open two'])
  })

  test('keep nobody out by connections that they had use of once', async () => {
    const { happened, of, lease } = poolsOf()
    const one = of('one', 4, 'server')
    const two = of('two', 4, 'server')
    const dashboard = [await lease(one), await lease(one), await lease(one), await lease(one)]
    for (const { release } of dashboard.slice(1)) release()
    const others = [await lease(two), await lease(two), await lease(two)]
    expect(happened).toEqual(['open one', 'shrink one to 1', 'open two'])
    const fifth = lease(two)
    expect(await settled(fifth)).toBe(false)
    others[0]?.release()
    await fifth
    expect(happened).toHaveLength(3)
  })

  test('that many wait for refuse nobody who wants another', async () => {
    const { of, lease, pools } = poolsOf()
    const busy = of('busy', 1, 'server')
    await lease(busy)
    const waiting = Array.from({ length: 1_000 }, () => lease(busy).catch((error) => error.code))
    await expect(lease(busy)).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: 'The warehouse cannot be reached.',
    })
    const other = of('other', 1, 'another server')
    expect((await lease(other)).warehouse.name).toBe('without rows')
    expect(await settled(lease(other))).toBe(false)
    await pools.close()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['WAREHOUSE_UNAVAILABLE']))
  })

  test('that one waits for are let go of when it no longer waits', async () => {
    const { of, lease, pools } = poolsOf({ openMax: 1 })
    const busy = await lease(of('a'))
    const gone = new AbortController()
    const waiting = lease(of('b'), gone.signal)
    const behind = lease(of('c'))
    gone.abort(new TesseraError('QUERY_TIMEOUT'))
    await expect(waiting).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
    busy.release()
    expect((await behind).warehouse.name).toBe('without rows')
    await pools.close()
    await expect(lease(of('a'))).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
  })

  test('that can’t be opened are tried again by the next', async () => {
    const { happened, of, lease } = poolsOf({ openMax: 1 })
    const failing = { ...of('a'), open: () => Promise.reject(new TesseraError('WAREHOUSE_UNAVAILABLE')) }
    await expect(lease(failing)).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
    await lease(of('a'))
    expect(happened).toEqual(['open a'])
  })

  test('end with whoever waits', async () => {
    const { pools, happened, of, lease } = poolsOf({ openMax: 1 })
    await lease(of('a'))
    const waiting = lease(of('b'))
    const refused = expect(waiting).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
    await pools.close()
    await refused
    expect(happened).toEqual(['open a', 'close a'])
  })
})
