import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { type Answered, startTestServer, type TestServer } from '../support/server.ts'

/** How often all backends of the server are killed; a hundred times in `npm run proof`. */
const rounds = Number(process.env.STORE_DEATHS ?? 5)

const figure = {
  query: '{ counter(input: { metric: "departures" }) { exactValue } }',
}
const killed = `select count(pg_terminate_backend(pid)) from pg_stat_activity where usename like 'test_%'`

let postgres: TestPostgres
let server: TestServer
let token: string
let right: Answered

beforeAll(async () => {
  postgres = await startPostgres()
  server = await startTestServer({ environment: { DATABASE_URL: await postgres.createDatabase() } })
  token = await server.guestToken({ tenantId: 'ATL' })
  right = await server.post(token, figure)
  expect(right).toEqual({ status: 200, body: { data: { counter: { exactValue: '124711' } } } })
})

afterAll(async () => {
  await server.close()
  await postgres.close()
})

/** Asks for the figure again and again while something happens. */
async function meanwhile(happen: () => Promise<void>): Promise<readonly Answered[]> {
  const answers: Answered[] = []
  let over = false
  const asking = (async () => {
    while (!over) answers.push(await server.post(token, figure))
  })()
  try {
    await happen()
  } finally {
    over = true
    await asking
  }
  return answers
}

/** Until the host is served: milliseconds. */
async function recovery(): Promise<number> {
  const started = performance.now()
  while (performance.now() - started < 20_000) {
    const { status, body } = await server.post(server.apiKey, { query: '{ apiKeys { id } }' })
    if (status === 200 && body.errors === undefined) return performance.now() - started
  }
  throw new Error('It was not served again.')
}

test('guests are served while every connection to the store is killed again and again, and the host after it', async () => {
  const waits: number[] = []
  const answers = await meanwhile(async () => {
    for (let round = 0; round < rounds; round += 1) {
      const minting = server.guestToken({ tenantId: 'ATL' }).catch(() => null)
      await postgres.run(killed)
      await minting
      waits.push(await recovery())
    }
  })
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(right)]))
  process.stdout.write(
    `${rounds} times all backends were killed: served again after ${Math.round(Math.max(...waits))} ms at the most, ${answers.length} answers to guests meanwhile.\n`,
  )
})

test('guests are served while the store is stopped, and the host once it is started', async () => {
  const answers = await meanwhile(async () => {
    await postgres.stop()
    const { body } = await server.post(server.apiKey, { query: '{ apiKeys { id } }' })
    expect(body.errors?.[0]?.extensions?.code).toBe('STORE_UNAVAILABLE')
    await postgres.start()
    process.stdout.write(
      `The store was stopped and started: served again after ${Math.round(await recovery())} ms.\n`,
    )
  })
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(right)]))
})
