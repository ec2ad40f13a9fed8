import { Pool } from 'pg'
import { openPostgresTestEngine, rowLevelSecurity, statementFor } from '../test/support/postgres-warehouse.ts'
import { unhurried } from '../test/support/warehouse.ts'
import { alternate } from './measure.ts'

const tenantId = 'tenant 7'

const statements = {
  'one row': 'SELECT id FROM public.events WHERE tenant = $1::text LIMIT 1',
  counter: 'SELECT count(*)::int8 FROM public.events WHERE tenant = $1::text',
  'daily series': `SELECT floor(extract(epoch FROM at) / 86400)::int8 AS day, count(*)::int8, sum(amount)
    FROM public.events WHERE tenant = $1::text GROUP BY 1 ORDER BY 1`,
  '10,000 rows': 'SELECT id, at::text, amount FROM public.events WHERE tenant = $1::text LIMIT 10000',
}

/**
 * What a statement costs over the same one by the bare driver: its transaction, role, setting, deadline and row-level security.
 * A million rows of a hundred tenants, 10,000 each.
 */
export async function postgresCosts(): Promise<Readonly<Record<string, number>>> {
  const engine = await openPostgresTestEngine()
  await engine.execute(`
    CREATE TABLE events (id int8, tenant text NOT NULL, at timestamptz NOT NULL, amount numeric(12, 2) NOT NULL);
    INSERT INTO events SELECT x, 'tenant ' || x / 10000, '2001-01-01Z'::timestamptz + x % 31536000 * interval '31 s', x % 1000 / 7.0
      FROM generate_series(0, 999999) AS x;
    CREATE INDEX ON events (tenant, at);
    ANALYZE events`)
  await engine.execute(rowLevelSecurity('events', 'tenant'))
  const warehouse = await engine.open()
  const bare = new Pool({ connectionString: engine.adminUrl, max: 4 })
  const things = Object.entries(statements).flatMap(([name, text]) => [
    [`${name}, bare`, () => bare.query({ text, values: [tenantId], rowMode: 'array' })] as const,
    [`${name}, warehouse`, () => warehouse.run(statementFor(tenantId, text, tenantId), unhurried)] as const,
  ])
  const result = await alternate(Object.fromEntries(things), { rounds: 200, warmup: 20 })
  await bare.end()
  await engine.close()
  return result
}
