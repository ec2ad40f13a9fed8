import { Client } from 'pg'
import { createLogger } from '../../src/log.ts'
import { openPostgresWarehouse } from '../../src/warehouse/postgres/connect.ts'
import type { PostgresSource } from '../../src/warehouse/postgres/source.ts'
import { type Parameter, Statement } from '../../src/warehouse/statement.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

const log = createLogger('silent')

export interface PostgresTestEngine {
  readonly postgres: TestPostgres
  /** The superuser's, who owns every table. */
  readonly adminUrl: string
  /** Who connects may take the role and nothing else; the role may read `public`. */
  readonly source: PostgresSource & { readonly role: string }
  open(overrides?: Partial<PostgresSource>, connections?: number): Promise<Warehouse>
  /** Runs what a warehouse never would, one text of any number of statements, as the owner. */
  execute(text: string): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

/** A PostgreSQL and a database in it, set up as a warehouse: a file has one. */
export async function openPostgresTestEngine(): Promise<PostgresTestEngine> {
  const postgres = await startPostgres()
  const adminUrl = await postgres.createSuperuserDatabase()
  const admin = new Client({ connectionString: adminUrl })
  admin.on('error', () => undefined)
  await admin.connect()
  const opened: Warehouse[] = []
  const url = new URL(adminUrl)
  url.username = 'tessera_login'
  const source = { name: 'test', kind: 'postgres', url: url.href, role: 'tessera_reader' } as const
  await admin.query(`
    CREATE ROLE tessera_reader NOLOGIN;
    CREATE ROLE tessera_login LOGIN NOINHERIT PASSWORD '${url.password}' IN ROLE tessera_reader;
    GRANT USAGE ON SCHEMA public TO tessera_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO tessera_reader`)

  async function execute(text: string): Promise<readonly Record<string, unknown>[]> {
    const result = await admin.query(text)
    return result.rows ?? []
  }

  async function open(overrides: Partial<PostgresSource> = {}, connections = 4): Promise<Warehouse> {
    const warehouse = await openPostgresWarehouse({ ...source, ...overrides }, { log, connections })
    opened.push(warehouse)
    return warehouse
  }

  async function close(): Promise<void> {
    for (const warehouse of opened) await warehouse.close()
    await admin.end()
    await postgres.close()
  }

  return { postgres, adminUrl, source, open, execute, close }
}

/** What makes a table's rows a tenant's own, as `tessera doctor` prints it. */
export function rowLevelSecurity(table: string, tenantColumn: string, role = 'tessera_reader'): string {
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY tessera_tenant ON ${table} FOR SELECT TO ${role}
      USING (${tenantColumn} = nullif(current_setting('app.tenant_id', true), ''));`
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
