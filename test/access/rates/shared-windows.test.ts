import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Budget } from '../../../src/access/rates/budget.ts'
import { settleSpendings } from '../../../src/access/rates/settle.ts'
import { createSharedWindows, type SharedWindows } from '../../../src/access/rates/shared-windows.ts'
import { createLogger } from '../../../src/log.ts'
import { ensureEnvironment } from '../../../src/store/bootstrap.ts'
import { openStore } from '../../../src/store/connect.ts'
import type { EnvironmentIdentity, Store } from '../../../src/store/store.ts'
import { caught } from '../../support/caught.ts'
import { type Installation, startInstallation } from '../../support/installation.ts'
import { keptLog } from '../../support/log-lines.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'

/** The machine may be busy. */
const patient = { timeout: 10_000 }

let postgres: TestPostgres
let databaseUrl: string
let environment: EnvironmentIdentity
const closers: (() => Promise<void> | void)[] = []

beforeAll(async () => {
  postgres = await startPostgres()
  databaseUrl = await postgres.createDatabase()
  environment = await ensureEnvironment(await openedStore(), { organization: 'rates', environment: 'test' })
})
afterAll(async () => {
  for (const close of closers.reverse()) await close()
  await postgres.close()
})

async function openedStore(): Promise<Store> {
  const store = await openStore({ databaseUrl, dataFolder: '', log: createLogger('silent') })
  closers.push(store.close)
  return store
}

interface Process {
  readonly windows: SharedWindows
  readonly messages: () => readonly string[]
  /** How often it went to the store. */
  readonly trips: () => number
}

async function startProcess(everyMs = 100): Promise<Process> {
  const store = await openedStore()
  const { log, messages } = keptLog()
  let trips = 0
  const counted: Store = {
    ...store,
    transaction: (identity, work) => {
      trips += 1
      return store.transaction(identity, work)
    },
  }
  const windows = createSharedWindows({ store: counted, log, everyMs, patienceMs: 2_000 })
  closers.push(windows.close)
  return { windows, messages, trips: () => trips }
}

function budgetOf(perMinute: number): Budget {
  return { environment, kind: 'tenant', id: randomUUID(), perMinute }
}

/** How many of the points were given. */
async function taken({ windows }: Process, budget: Budget, times: number, points = 1): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: times }, () =>
      windows.take([budget], points).then(
        () => points,
        () => 0,
      ),
    ),
  )
  return answers.reduce((sum, each) => sum + each, 0)
}

test('what is given back when its minute is over is no present of the next', async () => {
  const store = await openedStore()
  const settled = []
  for (const points of [-40, 1, 5, -4]) {
    const [answer] = await settleSpendings(store, environment, [{ key: 'given back', points }])
    settled.push(answer?.points)
  }
  expect(settled).toEqual([0, 1, 6, 2])
})

describe('processes that share a store', () => {
  test('give together no more than there is, where each asks for the last', async () => {
    const processes = [await startProcess(), await startProcess(), await startProcess()]
    for (const points of [1, 4]) {
      const budget = budgetOf(12)
      const given = await Promise.all(processes.map((each) => taken(each, budget, 12, points)))
      const sum = given.reduce((all, each) => all + each, 0)
      // Those that ask at once may refuse each other the last few, which are there for who comes next.
      expect(sum).toBeLessThanOrEqual(12)
      await expect
        .poll(() => Promise.all(processes.map((each) => taken(each, budget, 1, points))), patient)
        .toEqual([0, 0, 0])
    }
  })

  test('let through as many as there are left where more come at once, and give no more after them', async () => {
    const [here, there] = [await startProcess(), await startProcess(3_600_000)]
    const [fresh, begun] = [budgetOf(60), budgetOf(60)]
    expect(await taken(here, fresh, 100)).toBe(60)
    expect(await taken(here, fresh, 1)).toBe(0)
    expect(await taken(here, begun, 50)).toBe(50)
    expect(await taken(there, begun, 30)).toBe(10)
  })

  test('spend at most a sixteenth each beyond it, however far each is ahead of the others', async () => {
    const processes = [await startProcess(), await startProcess(), await startProcess()]
    const budget = budgetOf(1_600)
    let given = 0
    for (let round = 0; round < 40; round += 1) {
      for (const each of processes) given += await taken(each, budget, 50)
    }
    expect(given).toBeGreaterThanOrEqual(1_600)
    expect(given).toBeLessThanOrEqual(1_600 + processes.length * 100)
  })

  test('go to the store for nobody who is far from the end, and once for many who are near', async () => {
    const process = await startProcess(3_600_000)
    const budget = budgetOf(1_600)
    expect(await taken(process, budget, 100)).toBe(100)
    expect(process.trips()).toBe(0)
    expect(await taken(process, budget, 50)).toBe(50)
    expect(process.trips()).toBeLessThanOrEqual(2)
  })

  test('answer from memory that there is nothing left', async () => {
    const [here, there] = [await startProcess(), await startProcess(3_600_000)]
    const budget = budgetOf(10)
    expect(await taken(here, budget, 10)).toBe(10)
    expect(await taken(there, budget, 1)).toBe(0)
    const before = there.trips()
    for (let count = 0; count < 50; count += 1) await taken(there, budget, 1)
    expect(there.trips()).toBe(before)
    const refusal = await caught(there.windows.take([budget], 1))
    expect(refusal).toMatchObject({
      code: 'RATE_LIMITED',
      message:
        'Too many requests. Expected at most 10 requests a minute for one tenant, each question counted as one.',
    })
  })

  test('take from all budgets of a request or from none', async () => {
    const process = await startProcess()
    const [wide, narrow] = [budgetOf(10), budgetOf(2)]
    for (let count = 0; count < 5; count += 1) {
      expect(await process.windows.take([wide, narrow], 3).catch(() => 'refused')).toBe('refused')
    }
    expect(await taken(process, wide, 10)).toBe(10)
    expect(await taken(process, narrow, 2)).toBe(2)
  })

  test('remove minutes that are over', async () => {
    const store = await openedStore()
    const rows = () =>
      store.transaction(environment, async (transaction) => {
        const answer = await transaction.execute(
          sql`select count(*)::int as n from rate_windows where key = 'old'`,
        )
        return Object(answer).rows[0].n
      })
    await store.transaction(environment, (transaction) =>
      transaction.execute(
        sql`insert into rate_windows values (${environment.organizationId}, ${environment.environmentId}, 'old', 1, now() - interval '1 minute')`,
      ),
    )
    expect(await rows()).toBe(1)
    const process = await startProcess()
    await taken(process, budgetOf(1), 1)
    await expect.poll(rows, patient).toBe(0)
  })
})

const secrets = {
  TESSERA_BOOTSTRAP_API_KEY: `tsk_${randomBytes(32).toString('hex')}`,
  TESSERA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
}

async function startServer(): Promise<Installation> {
  const server = await startInstallation({ DATABASE_URL: databaseUrl, ...secrets })
  closers.push(server.close)
  return server
}

test('two servers count the requests of a token together, and one that the store is gone for says so', async () => {
  const [here, there] = [await startServer(), await startServer()]
  const token = await here.guestToken(secrets.TESSERA_BOOTSTRAP_API_KEY, {
    tenantId: 'ATL',
    limits: { requestsPerMinute: 10 },
  })
  const statuses = []
  for (let count = 0; count < 8; count += 1) {
    for (const server of [here, there]) statuses.push((await server.viewer(token))[0])
  }
  expect(statuses).toEqual([...Array(10).fill(200), ...Array(6).fill(429)])
  const health = async () => (await fetch(`${here.url}/healthz`)).json()
  expect(await health()).toEqual({ status: 'ok' })
  const other = await here.guestToken(secrets.TESSERA_BOOTSTRAP_API_KEY, {
    tenantId: 'ATL',
    limits: { requestsPerMinute: 8 },
  })
  await postgres.stop()
  const alone = [await here.viewer(other), await here.viewer(other), await here.viewer(other)]
  expect(alone.map(([status]) => status)).toEqual([200, 200, 429])
  expect(await health()).toEqual({ status: 'ok', degraded: ['rate limits'] })
  await postgres.start()
  await expect.poll(health, patient).toEqual({ status: 'ok' })
})

test('without the store a process goes on alone up to a quarter of each limit, says so once, and comes back', async () => {
  const process = await startProcess()
  const budget = budgetOf(40)
  expect(await taken(process, budget, 4)).toBe(4)
  await postgres.stop()
  expect(await taken(process, budget, 40)).toBe(10)
  expect(process.windows.isAlone()).toBe(true)
  expect(await taken(process, budgetOf(40), 40)).toBe(10)
  await postgres.start()
  await expect.poll(() => process.windows.isAlone(), patient).toBe(false)
  expect(await taken(process, budgetOf(40), 41)).toBe(40)
  expect(process.messages()).toEqual([
    'the store is out: each limit is counted here alone, up to 1/4 of it',
    'the store answers: limits are counted together again',
  ])
})
