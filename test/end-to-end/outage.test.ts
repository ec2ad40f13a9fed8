import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClickHouseFront, Fault } from '../support/clickhouse-front.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let front: ClickHouseFront
let token: string

beforeAll(async () => {
  server = await startTestServer({ overHttp: true })
  if (server.front === null) throw new Error('No front.')
  front = server.front
  token = await server.guestToken({ tenantId: 'ATL' })
})

afterAll(() => server.close())

const query = '{ viewer { tenantId } counter(input: { metric: "departures" }) { exactValue } }'
const right = { data: { viewer: { tenantId: 'ATL' }, counter: { exactValue: '124711' } } }

async function codes(): Promise<readonly unknown[]> {
  const { status, body } = await server.post(token, { query })
  return [status, ...(body.errors ?? []).map(({ extensions }) => extensions?.code)]
}

async function readiness(): Promise<readonly [number, unknown]> {
  // One answer of it serves for half a second.
  await new Promise((resolve) => setTimeout(resolve, 600))
  const response = await fetch(`${server.url}/readyz`)
  return [response.status, await response.json()]
}

describe('a warehouse that is gone', () => {
  test('is said to be, and the next request after it is back succeeds', async () => {
    expect((await server.post(token, { query })).body).toEqual(right)
    await front.down()
    expect(await codes()).toEqual([200, 'WAREHOUSE_UNAVAILABLE'])
    expect(await readiness()).toEqual([503, { status: 'unavailable', notReady: ['warehouse'] }])
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    await front.up()
    expect((await server.post(token, { query })).body).toEqual(right)
    expect(await readiness()).toEqual([200, { status: 'ok', notReady: [] }])
  })

  test('takes nothing with it that needs no rows', async () => {
    await front.down()
    expect(
      (await server.post(token, { query: '{ viewer { tenantId } dashboards { edges { node { name } } } }' }))
        .body,
    ).toEqual({
      data: {
        viewer: { tenantId: 'ATL' },
        dashboards: {
          edges: [
            { node: { name: 'departures' } },
            { node: { name: 'delays' } },
            { node: { name: 'network' } },
          ],
        },
      },
    })
    await front.up()
  })
})

describe('an answer that is none', () => {
  test.each<Fault>([
    'reset',
    '503',
    'html',
    'empty',
    'empty list',
    'half a body',
    'cut off',
    'wrong password',
  ])('(%s) is never taken for figures', async (fault) => {
    front.fault = fault
    expect(await codes()).toEqual([200, 'WAREHOUSE_UNAVAILABLE'])
    front.fault = null
    expect((await server.post(token, { query })).body).toEqual(right)
  })
})

describe('a client that goes away', () => {
  test.each([
    ['whole', (field: string) => field],
    ['in parts', (field: string) => `... @defer { ${field} }`],
  ])('ends its queries in the engine, %s', async (_, asked) => {
    const fields = Array.from({ length: 40 }, (_, index) =>
      asked(
        `a${index}: leaderboard(input: { metric: "delay_p95", dimensions: ["destination", "departed_at"], others: true, filters: [{ dimension: "distance", operator: GREATER_THAN, values: [${index}] }] }) { total }`,
      ),
    )
    const leaving = new AbortController()
    const answered = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        accept: 'multipart/mixed, application/json',
      },
      body: JSON.stringify({ query: `{ ${fields.join(' ')} }` }),
      signal: leaving.signal,
    }).then((response) => response.text())
    await until(async () => (await running()) > 0)
    leaving.abort()
    await expect(answered).rejects.toThrow()
    await until(async () => (await running()) === 0)
    expect((await server.post(token, { query })).body).toEqual(right)
  })

  async function running(): Promise<number> {
    const count = await server.execute(
      "SELECT count() FROM system.processes WHERE query LIKE '%GROUPING SETS%' AND query NOT LIKE '%system.processes%'",
    )
    return Number(count)
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    for (let attempt = 0; attempt < 500; attempt++) {
      if (await condition()) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error('It did not come to pass.')
  }
})
