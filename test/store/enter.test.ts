import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { type SQL, sql } from 'drizzle-orm'
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter, type Identity } from '../../src/store/store.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

interface Connection {
  ask(statement: SQL): Promise<Record<string, unknown>>
  close(): Promise<void>
}

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.close())

const engines: Record<string, () => Promise<Connection>> = {
  PGlite: async () => {
    const client = await PGlite.create()
    const database = drizzlePglite(client)
    return {
      ask: async (statement) => Object((await database.execute(statement)).rows[0]),
      close: () => client.close(),
    }
  },
  PostgreSQL: async () => {
    const client = new Client({ connectionString: await postgres.createSuperuserDatabase() })
    await client.connect()
    const database = drizzlePostgres(client)
    return {
      ask: async (statement) => Object((await database.execute(statement)).rows[0]),
      close: () => client.end(),
    }
  },
}

const settings = [
  'organization_id',
  'environment_id',
  'tenant_id',
  'api_key_hash',
  'signing_key_id',
  'refresh_family_id',
  'purpose',
  'export_secret_hash',
] as const
const columns = settings.map(
  (name) => sql`current_setting(${`app.${name}`}, true) as ${sql.identifier(name)}`,
)
const state = sql`select current_user::text as user, ${sql.join(columns, sql`, `)}`

const unset = {
  organization_id: '',
  environment_id: '',
  tenant_id: '',
  api_key_hash: '',
  signing_key_id: '',
  refresh_family_id: '',
  purpose: '',
  export_secret_hash: '',
}
const organizationId = randomUUID()
const environmentId = randomUUID()
const environmentsOwn = { ...unset, organization_id: organizationId, environment_id: environmentId }
const identities: readonly [string, Identity, Record<string, string>][] = [
  ['an environment', { organizationId, environmentId }, environmentsOwn],
  ['a tenant', { organizationId, environmentId, tenantId: 'a' }, { ...environmentsOwn, tenant_id: 'a' }],
  ['an API key', { apiKeyHash: 'hash' }, { ...unset, api_key_hash: 'hash' }],
  ['a purpose', { purpose: 'revocations' }, { ...unset, purpose: 'revocations' }],
  ['a refresh token', { refreshFamilyId: environmentId }, { ...unset, refresh_family_id: environmentId }],
  ['a signing key', { signingKeyId: environmentId }, { ...unset, signing_key_id: environmentId }],
  ['an export link', { exportSecretHash: 'hash' }, { ...unset, export_secret_hash: 'hash' }],
]

describe.each(Object.keys(engines))('a connection of %s', (engine) => {
  let connection: Connection

  beforeAll(async () => {
    connection = (await engines[engine]?.()) ?? expect.fail()
    await connection.ask(sql`create role tessera_runtime nologin`)
  })

  afterAll(() => connection.close())

  describe.each(identities)('entered for %s', (_name, identity, entered) => {
    test.each(['commit', 'rollback'])('has that identity until %s, and then none', async (end) => {
      await connection.ask(sql`begin`)
      await connection.ask(enter(identity))
      expect(await connection.ask(state)).toEqual({ user: 'tessera_runtime', ...entered })
      await connection.ask(sql.raw(end))
      expect(await connection.ask(state)).toEqual({ user: 'postgres', ...unset })
    })
  })
})
