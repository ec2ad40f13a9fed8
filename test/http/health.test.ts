import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createReadiness } from '../../src/http/health.ts'
import { createLogger } from '../../src/log.ts'
import { openWarehouse } from '../../src/warehouse/clickhouse/connect.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { type ClickHouseFront, openClickHouseFront } from '../support/clickhouse-front.ts'
import { type Edge, startEdge } from '../support/edge.ts'

let path: string
let front: ClickHouseFront
let warehouse: Warehouse
let edge: Edge

beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'tessera-health-'))
  front = await openClickHouseFront(path)
  const log = createLogger('silent')
  warehouse = await openWarehouse({ name: 'warehouse', kind: 'clickhouse', urls: [front.url] }, { log })
  edge = await startEdge({
    schema: buildSchema('type Query { hello: String }'),
    checks: [
      { part: 'store', check: async () => {} },
      { part: 'warehouse', check: () => warehouse.ping(10_000) },
    ],
  })
})

afterAll(async () => {
  await edge.close()
  await warehouse.close()
  await front.close()
  await rm(path, { recursive: true, force: true })
})

async function read(at: string) {
  const { status, text } = await edge.send({ method: 'GET', path: at, headers: {} })
  return { status, body: JSON.parse(text) }
}

describe('the health of a server', () => {
  test('is told without a credential: not ready while the warehouse is gone, alive all the time', async () => {
    const alive = { status: 200, body: { status: 'ok' } }
    const ready = { status: 200, body: { status: 'ok', notReady: [] } }
    expect([await read('/healthz'), await read('/readyz')]).toEqual([alive, ready])
    await front.down()
    expect([await read('/healthz'), await read('/readyz')]).toEqual([
      alive,
      { status: 503, body: { status: 'unavailable', notReady: ['warehouse'] } },
    ])
    await front.up()
    expect([await read('/healthz'), await read('/readyz')]).toEqual([alive, ready])
  })

  test('can be asked for without a body', async () => {
    const { status, text } = await edge.send({ method: 'HEAD', path: '/readyz', headers: {} })
    expect([status, text]).toEqual([200, ''])
  })
})

describe('readiness', () => {
  const fine = async () => {}

  test('names a part that never answers, and nothing of a failure but its part', async () => {
    const never = () => new Promise<void>(() => {})
    const gone = () => Promise.reject(new Error('postgres://user:hunter2@host is gone'))
    const checks = [
      { part: 'store', check: gone },
      { part: 'warehouse', check: never },
      { part: 'demo', check: fine },
    ]
    expect(await createReadiness(checks, { timeoutMs: 50 })()).toEqual({
      status: 'unavailable',
      notReady: ['store', 'warehouse'],
    })
  })

  test('is looked at once for all who ask at the same time', async () => {
    let looks = 0
    const look = async () => {
      looks += 1
    }
    const readiness = createReadiness([{ part: 'store', check: look }], { maxAgeMs: 60_000 })
    await Promise.all(Array.from({ length: 100 }, readiness))
    expect(looks).toBe(1)
  })
})
