import { Client } from 'pg'
import { createLogger } from '../../src/log.ts'
import { createBounds } from '../../src/warehouse/bounds.ts'
import { createAsk } from '../../src/warehouse/postgres/ask.ts'
import { openPostgresWarehouse } from '../../src/warehouse/postgres/connect.ts'
import { createConnections } from '../../src/warehouse/postgres/connections.ts'
import { createRunner } from '../../src/warehouse/postgres/run.ts'
import { addressOf, type PostgresSource } from '../../src/warehouse/postgres/source.ts'
import { type Parameter, type Settings, Statement } from '../../src/warehouse/statement.ts'
import type { Rows, RunOptions, Warehouse } from '../../src/warehouse/warehouse.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

const log = createLogger('silent')

export interface PostgresTestEngine {
  readonly postgres: TestPostgres
  /** The superuser's, who owns every table. */
  readonly adminUrl: string
  /** Who connects may take the role and nothing else; the role may read `public`. */
  readonly source: PostgresSource & { readonly role: string }
  open(overrides?: Partial<PostgresSource>, connections?: number): Promise<Warehouse>
  /** What a warehouse runs its statements by, so that one can leave out what a warehouse refuses to: the tenant. */
  openRunner(roles: readonly (string | null)[], connections: number): Promise<readonly RunAs[]>
  /** Runs what a warehouse never would, one text of any number of statements, as the owner. */
  execute(text: string): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

/** The columns of one text under these settings. */
export type RunAs = (text: string, settings: Settings, options?: RunOptions) => Promise<Rows['columns']>

/** A PostgreSQL and a database in it, set up as a warehouse: a file has one. */
export async function openPostgresTestEngine(): Promise<PostgresTestEngine> {
  const postgres = await startPostgres()
  const adminUrl = await postgres.createSuperuserDatabase()
  const admin = new Client({ connectionString: adminUrl })
  admin.on('error', () => undefined)
  await admin.connect()
  const opened: Pick<Warehouse, 'close'>[] = []
  const url = new URL(adminUrl)
  url.username = 'tessera_login'
  const source = { name: 'test', kind: 'postgres', url: url.href, role: 'tessera_reader' } as const
  await admin.query(`
    CREATE ROLE tessera_reader NOLOGIN;
    CREATE ROLE tessera_login LOGIN NOINHERIT PASSWORD '${url.password}' IN ROLE tessera_reader;
    GRANT USAGE ON SCHEMA public TO tessera_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO tessera_reader`)

  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: a connection runs one text at a time. */
  async function execute(text: string): Promise<readonly Record<string, unknown>[]> {
    const answer = last.then(() => admin.query(text))
    last = answer.catch(() => undefined)
    return (await answer).rows ?? []
  }

  async function open(overrides: Partial<PostgresSource> = {}, connections = 4): Promise<Warehouse> {
    const warehouse = await openPostgresWarehouse({ ...source, ...overrides }, { log, connections })
    opened.push(warehouse)
    return warehouse
  }

  /** One for each role, over the same connections. */
  async function openRunner(roles: readonly (string | null)[], max: number): Promise<readonly RunAs[]> {
    const address = addressOf(source)
    const connections = createConnections({ name: source.name, address, max, log })
    const bounds = createBounds()
    let isClosed = false
    return roles.map((role) => {
      const runner = createRunner({ address, role, connections, log })
      opened.push({
        close: async () => {
          await runner.close()
          if (!isClosed) await connections.close()
          isClosed = true
        },
      })
      const ask = createAsk(runner, bounds)
      return (text, settings, options = { signal: undefined, timeoutMs: 20_000 }) =>
        ask({ text, values: [] }, settings, options)
    })
  }

  async function close(): Promise<void> {
    for (const warehouse of opened) await warehouse.close()
    await admin.end()
    await postgres.close()
  }

  return { postgres, adminUrl, source, open, openRunner, execute, close }
}

/** What makes a table's rows a tenant's own, as `tessera doctor` prints it. */
export function rowLevelSecurity(table: string, tenantColumn: string, role = 'tessera_reader'): string {
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY tessera_tenant ON ${table} FOR SELECT TO ${role}
      USING (${tenantColumn} = (SELECT nullif(current_setting('app.tenant_id', true), '')));`
}

/** A statement of a tenant, with its values as `$1` and so on. */
export function statementFor(tenantId: string, text: string, ...values: readonly string[]): Statement {
  const parameters = values.map(
    (value, index): Parameter => ({ name: String(index + 1), type: 'String', value }),
  )
  return Statement.of(text, parameters, {
    placeholder: /\$(\d+)/g,
    settings: { 'app.tenant_id': tenantId },
  })
}
