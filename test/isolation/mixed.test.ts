import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/server.ts'

/** More take longer and find no more in kind: `npm run proof` asks 10,000. */
const requests = Number(process.env.MIXED_REQUESTS ?? 1_500)
const inFlight = 64

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

interface Expected {
  readonly tenantId: string
  readonly token: string
  readonly departures: string
}

/** Counted by the engine directly, for the fifty airports with the most departures. */
async function expectations(): Promise<readonly Expected[]> {
  const counts = await server.execute(
    'SELECT origin, toString(count()) FROM demo.flights GROUP BY origin ORDER BY count() DESC LIMIT 50 FORMAT JSONCompactEachRow',
  )
  const rows = counts
    .trim()
    .split('\n')
    .map((line): readonly [string, string] => JSON.parse(line))
  return Promise.all(
    rows.map(async ([tenantId, departures]) => ({
      tenantId,
      departures,
      token: await server.guestToken({ tenantId }),
    })),
  )
}

/** Different statements, with and without parameters of the guest's, so that what sticks to a connection would show. */
const questions = [
  { query: '{ viewer { tenantId } counter(input: { metric: "departures" }) { exactValue } }' },
  {
    query:
      'query ($f: [FilterInput!]) { viewer { tenantId } counter(input: { metric: "departures", filters: $f }) { exactValue } }',
    variables: { f: [{ dimension: 'delay', operator: 'GREATER_THAN', values: [-100000] }] },
  },
  {
    query:
      '{ viewer { tenantId } topValues(input: { dataset: "flights", dimension: "origin", limit: 5 }) { values { value count } } }',
  },
]

test(`${requests} mixed requests of 50 tenants in parallel, none mixed up`, async () => {
  const expected = await expectations()
  const wrong: unknown[] = []
  let next = 0

  async function worker(): Promise<void> {
    while (next < requests) {
      const index = next++
      const guest = expected[(index * 7 + Math.floor(index / 50)) % expected.length]
      const question = questions[index % questions.length]
      if (guest === undefined || question === undefined) throw new Error('Nothing to ask.')
      const { status, body } = await server.post(guest.token, question)
      const data = Object(body.data)
      const figure = data.counter?.exactValue ?? String(data.topValues?.values?.[0]?.count)
      const origins = data.topValues?.values?.map(({ value }: { value: string }) => value) ?? [guest.tenantId]
      const right =
        status === 200 &&
        data.viewer?.tenantId === guest.tenantId &&
        figure === guest.departures &&
        origins.length === 1 &&
        origins[0] === guest.tenantId
      if (!right) wrong.push({ guest: guest.tenantId, status, body })
    }
  }

  await Promise.all(Array.from({ length: inFlight }, worker))
  expect(wrong.slice(0, 3)).toEqual([])
  expect(next).toBeGreaterThanOrEqual(requests)
}, 180_000)
