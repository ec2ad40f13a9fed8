import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClickHouseFront } from '../support/clickhouse-front.ts'
import type { Fault } from '../support/clickhouse-front-faults.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let front: ClickHouseFront
let token: string
let receiver: Receiver
const secret = randomBytes(32)

beforeAll(async () => {
  receiver = await startReceiver()
  server = await startTestServer({
    overHttp: true,
    environment: {
      TESSERA_ALERT_WEBHOOK_URL: receiver.url,
      TESSERA_ALERT_WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
      TESSERA_ALERT_WEBHOOK_NETWORKS: '127.0.0.1',
      TESSERA_ALERT_NETWORKS: '4',
      TESSERA_TRUSTED_PROXIES: '127.0.0.1',
    },
  })
  if (server.front === null) throw new Error('No front.')
  front = server.front
  token = await server.guestToken({ tenantId: 'ATL' })
})

afterAll(async () => {
  await server.close()
  await receiver.close()
})

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
    'half of a length',
    'wrong password',
  ])('(%s) is never taken for figures', async (fault) => {
    front.fault = fault
    expect(await codes()).toEqual([200, 'WAREHOUSE_UNAVAILABLE'])
    front.fault = null
    expect((await server.post(token, { query })).body).toEqual(right)
  })
})

describe('a statement that the engine does not permit', () => {
  const events =
    '{ auditEvents(filter: { kinds: ["policy.violated"] }) { edges { node { reason tenantId count } } } }'

  test('is a failure to the guest, an event of the audit, and an alert', async () => {
    front.fault = 'not permitted'
    expect(await codes()).toEqual([200, 'INTERNAL'])
    front.fault = null
    await expect.poll(() => receiver.received.length).toBe(1)
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received
    expect(JSON.parse(body)).toMatchObject({
      type: 'alert.wall_violated',
      data: { about: { wall: 'engine_refused' }, last: { kind: 'policy.violated', tenantId: 'ATL' } },
    })
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = createHmac('sha256', secret).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    const audited = async () => (await server.post(server.apiKey, { query: events })).body.data
    await expect.poll(audited, { timeout: 5_000 }).toEqual({
      auditEvents: { edges: [{ node: { reason: 'engine_refused', tenantId: 'ATL', count: 1 } }] },
    })
  })

  test('and so is one viewer in more networks than there should be, whatever comes of the requests', async () => {
    const page = 'https://app.example.com'
    const named = await server.guestToken({
      ...{ tenantId: 'ATL', subject: 'ann', origins: [page], limits: { requestsPerMinute: 2 } },
    })
    const ask = (address: string, origin: string) => {
      const input = {
        fileName: 'a.csv',
        format: 'CSV',
        table: { metrics: ['departures'], dimensions: ['destination'] },
      }
      const mutation = 'mutation ($input: ExportInput!) { createExport(input: $input) { url } }'
      return fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', authorization: `Bearer ${named}` },
          ...{ origin, 'x-forwarded-for': address },
        },
        body: JSON.stringify({ query: mutation, variables: { input } }),
      })
    }
    const made = await ask('192.0.2.1', page)
    const { url } = Object(await made.json()).data.createExport
    const foreign = await ask('198.51.100.1', 'https://evil.example')
    const tooMany = await ask('203.0.113.1', page)
    const download = await fetch(new URL(url, server.url), { headers: { 'x-forwarded-for': '2001:db8::1' } })
    await download.arrayBuffer()
    const statuses = [made, foreign, tooMany, download].map(({ status }) => status)
    expect(statuses).toEqual([200, 403, 429, 200])
    await expect.poll(() => receiver.received.length).toBe(2)
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toMatchObject({
      type: 'alert.subject_networks',
      data: { about: { tenantId: 'ATL', subject: 'ann' }, count: 4, threshold: 4 },
    })
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
