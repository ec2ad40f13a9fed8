import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

let postgres: TestPostgres
let databaseUrl: string

beforeAll(async () => {
  postgres = await startPostgres()
  databaseUrl = await postgres.createDatabase()
})

afterAll(() => postgres.close())

/** Whether the store at this address can be opened and written to. */
async function opens(url: string): Promise<string> {
  const store = await openStore({ databaseUrl: url, dataFolder: '', log: createLogger('silent') })
  try {
    await ensureEnvironment(store, { organization: 'mine', environment: 'test' })
    return 'opened'
  } finally {
    await store.close()
  }
}

/** Another database of the same user. */
async function sibling(name: string): Promise<string> {
  const url = new URL(databaseUrl)
  await postgres.run(`create database ${name} owner ${url.username}`)
  url.pathname = `/${name}`
  return url.href
}

test('processes that start at once, on one database and on several of a server, all start', async () => {
  const urls = [databaseUrl, databaseUrl, databaseUrl, await sibling('second'), await sibling('third')]
  expect(await Promise.all(urls.map(opens))).toEqual(urls.map(() => 'opened'))
  expect(await opens(databaseUrl)).toBe('opened')
})

test('a user who may not use the role that another made is told what is missing, and starts with it', async () => {
  const url = await postgres.createDatabase()
  const { username, host, pathname } = new URL(url)
  const failure = await opens(url).catch((error: unknown) => error)
  expect(failure).toEqual(
    new Error(`DATABASE_URL: postgres://${host}${pathname} cannot be migrated.`, {
      cause: expect.objectContaining({
        message: `the user ${username} may not use the role tessera_runtime, which another user of this server made; as a superuser: GRANT tessera_runtime TO ${username}`,
      }),
    }),
  )
  await postgres.run(`grant tessera_runtime to ${username}`)
  expect(await opens(url)).toBe('opened')
})
