import { type SQL, sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** For whom a transaction is made. Row-level security shows it the rows of that identity and no others. */
export type Identity =
  | EnvironmentIdentity
  | { readonly apiKeyHash: string }
  | { readonly signingKeyId: string }
  | { readonly refreshFamilyId: string }
  /** Of all environments, to keep their revocations at hand; it shows nothing else. */
  | { readonly purpose: 'revocations' }
  /** Of all environments, to know who may sign; it shows nothing else. */
  | { readonly purpose: 'token_issuers' }
  /** Of all environments: the signing keys, to learn of changes. */
  | { readonly purpose: 'signing_keys' }
  /** Of all environments: what is kept encrypted, to seal it again. */
  | { readonly purpose: 'rekey' }
  /** Of all environments: the secrets of data sources, which every process has at hand as they are sealed. */
  | { readonly purpose: 'data_source_secrets' }
  /** It shows nothing: what old audit events are removed by needs no more. */
  | { readonly purpose: 'audit_retention' }
  /** Of all environments: the pages that may ask them, which every process has at hand. */
  | { readonly purpose: 'allowed_origins' }
  /** Of all environments: the registered tenants, which every process has at hand. */
  | { readonly purpose: 'tenants' }
  | { readonly exportSecretHash: string }

export interface EnvironmentIdentity {
  readonly organizationId: string
  readonly environmentId: string
  /** Then only rows of this tenant and of the environment itself can be seen. */
  readonly tenantId?: string
}

/** The same for both drivers. */
export type StoreTransaction = Pick<
  PgDatabase<PgQueryResultHKT, Record<string, never>>,
  'select' | 'insert' | 'update' | 'delete' | 'execute' | 'selectDistinct' | '$count'
>

export type Channel =
  | 'model'
  | 'revocations'
  | 'signing_keys'
  | 'token_issuers'
  | 'data_source_secrets'
  | 'allowed_origins'
  | 'tenants'

/** Null says that there may have been notices, which were lost with the connection that would have brought them. */
export type OnNotice = (payload: string | null) => void

/** Where everything but the figures is kept. There is no way to a row but through an identity. */
export interface Store {
  /** Runs under the runtime role with the identity's settings, for this one transaction. */
  transaction<T>(identity: Identity, work: (transaction: StoreTransaction) => Promise<T>): Promise<T>
  /** Calls back for each notice of any process. */
  listen(channel: Channel, onNotice: OnNotice): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}

/** Delivered when the transaction commits. */
export async function notify(
  transaction: StoreTransaction,
  channel: Channel,
  payload: string,
): Promise<void> {
  await transaction.execute(sql`select pg_notify(${channelName(channel)}, ${payload})`)
}

export function channelName(channel: Channel): string {
  return `tessera_${channel}`
}

/**
 * One statement that gives up every right but the runtime role's and says who it is for; `true` ends both with the
 * transaction. `set_config('role', …, true)` is SET LOCAL ROLE.
 */
export function enter(identity: Identity): SQL {
  const own = 'environmentId' in identity ? identity : null
  // An empty setting is an unset one, which is the environment's own identity: it sees every tenant.
  if (own?.tenantId === '') throw new Error('The tenant of an identity is empty.')
  const settings = {
    'app.organization_id': own?.organizationId ?? '',
    'app.environment_id': own?.environmentId ?? '',
    'app.tenant_id': own?.tenantId ?? '',
    'app.api_key_hash': 'apiKeyHash' in identity ? identity.apiKeyHash : '',
    'app.signing_key_id': 'signingKeyId' in identity ? identity.signingKeyId : '',
    'app.refresh_family_id': 'refreshFamilyId' in identity ? identity.refreshFamilyId : '',
    'app.purpose': 'purpose' in identity ? identity.purpose : '',
    'app.export_secret_hash': 'exportSecretHash' in identity ? identity.exportSecretHash : '',
    role: 'tessera_runtime',
  }
  const calls = Object.entries(settings).map(([name, value]) => sql`set_config(${name}, ${value}, true)`)
  return sql`select ${sql.join(calls, sql`, `)}`
}
