import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { EnvironmentIdentity, StoreTransaction } from '../../src/store/store.ts'

/** One row for a table of an environment, and of a tenant where it has tenants. */
export function rowOf(
  table: string,
  { organizationId, environmentId }: EnvironmentIdentity,
  tenantId: string | null,
) {
  const own = { organization_id: organizationId, environment_id: environmentId }
  const definition = { ...own, name: `n-${tenantId}`, position: 0, definition: '{}' }
  const rows: Record<string, Record<string, unknown>> = {
    organizations: { id: organizationId, name: `organization ${organizationId}` },
    environments: { organization_id: organizationId, id: environmentId, name: 'test' },
    api_keys: {
      ...own,
      id: randomUUID(),
      name: 'k',
      prefix: 'tsk_',
      secret_hash: `hash-${environmentId}`,
      scopes: '{}',
    },
    signing_keys: { ...own, id: randomUUID(), algorithm: 'EdDSA', encrypted_private_jwk: 'sealed' },
    data_sources: definition,
    data_source_secrets: {
      ...own,
      name: `n-${tenantId}`,
      sealed: 'sealed',
      version: randomUUID(),
      set_at: 'now',
    },
    datasets: { ...definition, resolved: '{}' },
    metrics: { ...definition, dataset: 'd' },
    dashboards: { ...definition, tenant_id: tenantId },
    widgets: { ...definition, dashboard: `n-${tenantId}`, tenant_id: tenantId },
    policies: definition,
    roles: definition,
    guest_tokens: {
      ...own,
      id: randomUUID(),
      tenant_id: tenantId ?? 'everyone',
      claims: '{}',
      expires_at: 'now',
    },
    refresh_families: {
      ...own,
      id: randomUUID(),
      tenant_id: tenantId ?? 'everyone',
      claims: '{}',
      secret_hash: 'hash',
      minted_at: 1,
      expires_at: 'now',
    },
    token_issuers: { ...own, id: randomUUID(), issuer: `issuer ${randomUUID()}`, algorithms: '{EdDSA}' },
    revocations: {
      ...own,
      id: randomUUID(),
      kind: 'tenant',
      tenant_id: tenantId,
      revoked_at: 1,
      expires_at: '2100-01-01',
    },
    export_links: {
      ...own,
      secret_hash: `export-${environmentId}-${tenantId}`,
      tenant_id: tenantId ?? 'everyone',
      sealed: 'sealed',
      expires_at: 'now',
    },
    allowed_origins: { ...own, origins: '{}' },
    rate_windows: { ...own, key: `rate-${environmentId}`, points: 1, ends_at: 'now' },
    tenants: { ...own, tenant_id: tenantId ?? 'everyone', definition: '{}' },
    usage_days: {
      ...own,
      ...{ tenant_id: tenantId ?? 'everyone', day: '2001-01-01', questions: 1, rows_read: 1, bytes_read: 1 },
      ...{ duration_ms: 1, exports: 1, tokens_minted: 1 },
    },
    audit_events: { ...own, id: randomUUID(), at: 'now', kind: 'test', outcome: 'DONE', tenant_id: tenantId },
  }
  const row = rows[table]
  if (row === undefined) throw new Error(`A row for ${table} is missing in this test.`)
  return row
}

/** Whose a row is. */
export function keyOf(
  table: string,
  { organizationId, environmentId }: EnvironmentIdentity,
): Record<string, string> {
  if (table === 'organizations') return { id: organizationId }
  if (table === 'environments') return { id: environmentId, organization_id: organizationId }
  return { environment_id: environmentId, organization_id: organizationId }
}

export function where(key: Record<string, string>) {
  return sql.join(
    Object.entries(key).map(([column, id]) => sql`${sql.identifier(column)} = ${id}`),
    sql` and `,
  )
}

export function insertRow(transaction: StoreTransaction, table: string, row: Record<string, unknown>) {
  const columns = sql.join(
    Object.keys(row).map((name) => sql.identifier(name)),
    sql`, `,
  )
  const values = sql.join(
    Object.values(row).map((value) => sql`${value}`),
    sql`, `,
  )
  return transaction.execute(sql`insert into ${sql.identifier(table)} (${columns}) values (${values})`)
}

export async function ask(
  transaction: StoreTransaction,
  statement: ReturnType<typeof sql>,
): Promise<readonly Record<string, unknown>[]> {
  return Object(await transaction.execute(statement)).rows
}

/** What the engine says; drizzle puts the statement around it. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return root instanceof Error ? root.message : String(root)
  }
}
