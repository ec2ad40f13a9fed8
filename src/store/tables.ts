import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  type ExtraConfigColumn,
  foreignKey,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { createdAt, environment, instant } from './columns.ts'
import {
  appendOnlyPolicies,
  blankedPolicies,
  policy,
  runtimeRole,
  setting,
  sweptPolicies,
  tenantPolicies,
} from './row-level-security.ts'

// Everything that is kept, behind row-level security. Composite keys start with the environment, so that a duplicate
// cannot tell of another environment's row.

/** Microseconds since 1970. */
const microseconds = () => bigint({ mode: 'number' })
const transactionNumber = customType<{ data: string }>({ dataType: () => 'xid8' })

export const organizations = pgTable(
  'organizations',
  { id: uuid().primaryKey(), name: text().notNull(), createdAt: createdAt() },
  (table) => [
    uniqueIndex('organizations_name').on(table.name),
    policy('organizations', sql`id = ${setting('organization_id')}::uuid`),
  ],
)

export const environments = pgTable(
  'environments',
  {
    organizationId: uuid()
      .notNull()
      .references(() => organizations.id),
    id: uuid().notNull(),
    name: text().notNull(),
    /** Counts the models that were applied. */
    modelVersion: bigint({ mode: 'number' }).notNull().default(0),
    /** The document as it was applied. */
    modelDocument: jsonb(),
    modelAppliedAt: instant('model_applied_at'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('environments_name').on(table.organizationId, table.name),
    policy(
      'environments',
      sql`organization_id = ${setting('organization_id')}::uuid and id = ${setting('environment_id')}::uuid`,
    ),
  ],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    ...environment(),
    id: uuid().notNull(),
    name: text().notNull(),
    /** The part of the secret that may be shown. */
    prefix: text().notNull(),
    /** SHA-256 of the secret, hexadecimal. */
    secretHash: text().notNull(),
    scopes: text().array().notNull(),
    /** Patterns of the tenants that it may act for; null for any. */
    tenants: text().array(),
    /** The addresses, in CIDR notation, that it may come from; null for any. */
    networks: text().array(),
    /** The key that it takes the place of. */
    rotatedFrom: uuid(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    uniqueIndex('api_keys_secret_hash').on(table.secretHash),
    policy('api_keys'),
    // Whoever holds the secret may find its row before the environment is known.
    pgPolicy('api_keys_by_secret', {
      for: 'select',
      to: runtimeRole,
      using: sql`secret_hash = ${setting('api_key_hash')}`,
    }),
  ],
)

export const signingKeys = pgTable(
  'signing_keys',
  {
    ...environment(),
    /** The `kid` of the tokens. */
    id: uuid().notNull(),
    algorithm: text().notNull(),
    publicJwk: jsonb(),
    /** AES-256-GCM under the installation's encryption key. */
    encryptedPrivateJwk: text().notNull(),
    createdAt: createdAt(),
    /** From then on it signs nothing. */
    retiredAt: instant('retired_at'),
    /** From then on it verifies nothing. */
    expiresAt: instant('expires_at'),
    /** When it was made, retired or given an end: processes look for what is new. */
    changedAt: instant('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    uniqueIndex('signing_keys_id').on(table.id),
    index('signing_keys_changed_at').on(table.changedAt),
    policy('signing_keys'),
    pgPolicy('signing_keys_watched', {
      for: 'select',
      to: runtimeRole,
      using: sql`${setting('purpose')} in ('signing_keys', 'rekey')`,
    }),
    pgPolicy('signing_keys_sealed_again', {
      for: 'update',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'rekey'`,
      withCheck: sql`${setting('purpose')} = 'rekey'`,
    }),
    pgPolicy('signing_keys_swept', {
      for: 'delete',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'rekey' and expires_at < now() - interval '2 days'`,
    }),
    pgPolicy('signing_keys_by_id', {
      for: 'select',
      to: runtimeRole,
      using: sql`id = ${setting('signing_key_id')}::uuid`,
    }),
  ],
)

/** Whoever signs guest tokens of an environment beside Tessera. A change is another row, so that an id stands for the same keys. */
export const tokenIssuers = pgTable(
  'token_issuers',
  {
    ...environment(),
    id: uuid().notNull(),
    /** What `iss` says. */
    issuer: text().notNull(),
    /** What `aud` says; null for the installation's own. */
    audience: text(),
    algorithms: text().array().notNull(),
    /** Where the keys are; null where they were given. */
    jwksUrl: text(),
    publicKeys: jsonb(),
    createdAt: createdAt(),
    /** From then on its tokens are refused. */
    endedAt: instant('ended_at'),
    /** When it was made or ended: processes look for what is new. */
    changedAt: instant('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    uniqueIndex('token_issuers_issuer').on(table.environmentId, table.issuer).where(sql`ended_at is null`),
    index('token_issuers_changed_at').on(table.changedAt),
    policy('token_issuers'),
    pgPolicy('token_issuers_watched', {
      for: 'select',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'token_issuers'`,
    }),
  ],
)

/** A part of the model: its definition as the document has it. */
const definition = () => ({
  ...environment(),
  name: text().notNull(),
  /** Its place in the document. */
  position: integer().notNull(),
  definition: jsonb().notNull(),
})

export const dataSources = pgTable('data_sources', definition(), (table) => [
  primaryKey({ columns: [table.environmentId, table.name] }),
  policy('data_sources'),
])

export const datasets = pgTable(
  'datasets',
  {
    ...definition(),
    /** The physical columns, as the warehouse described them when the model was applied. */
    resolved: jsonb().notNull(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.name] }), policy('datasets')],
)

export const metrics = pgTable('metrics', { ...definition(), dataset: text().notNull() }, (table) => [
  primaryKey({ columns: [table.environmentId, table.name] }),
  policy('metrics'),
])

export const dashboards = pgTable('dashboards', { ...definition(), tenantId: text() }, (table) => [
  primaryKey({ columns: [table.environmentId, table.name] }),
  ...tenantPolicies('dashboards'),
])

export const widgets = pgTable(
  'widgets',
  { ...definition(), dashboard: text().notNull(), tenantId: text() },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.dashboard, table.name] }),
    foreignKey({
      columns: [table.environmentId, table.dashboard],
      foreignColumns: [dashboards.environmentId, dashboards.name],
    }).onDelete('cascade'),
    ...tenantPolicies('widgets'),
  ],
)

export const policies = pgTable('policies', definition(), (table) => [
  primaryKey({ columns: [table.environmentId, table.name] }),
  policy('policies'),
])

export const roles = pgTable('roles', definition(), (table) => [
  primaryKey({ columns: [table.environmentId, table.name] }),
  policy('roles'),
])

/** What tokens that were minted here say, so that a host can be told what one of them may do. */
export const guestTokens = pgTable(
  'guest_tokens',
  {
    ...environment(),
    /** The `jti`. */
    id: uuid().notNull(),
    tenantId: text().notNull(),
    subject: text(),
    /** Of the key that signed it. */
    signingKeyId: uuid(),
    /** Of the key that it was minted with. */
    apiKeyId: uuid(),
    /** Of those that one refresh token led to. */
    familyId: uuid(),
    /** The payload as JSON text, since jsonb takes no U+0000; the token itself is not kept. */
    claims: text().notNull(),
    /** By the store's clock, as the token says it, too: that of all processes. */
    mintedAt: microseconds(),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    index('guest_tokens_expires_at').on(table.environmentId, table.expiresAt),
    index('guest_tokens_tenant').on(table.environmentId, table.tenantId),
    ...tenantPolicies('guest_tokens'),
  ],
)

/** Refresh tokens: one at a time of each family, whose first came with a guest token. */
export const refreshFamilies = pgTable(
  'refresh_families',
  {
    ...environment(),
    id: uuid().notNull(),
    tenantId: text().notNull(),
    subject: text(),
    apiKeyId: uuid(),
    /** What its guest tokens say, as JSON text like that of theirs. */
    claims: text().notNull(),
    /** SHA-256 of the one that is good, hexadecimal. */
    secretHash: text().notNull(),
    /** Tells refresh tokens of the family that were used before from invented ones. */
    tagKey: uuid().notNull().defaultRandom(),
    /** When the first guest token was minted. */
    mintedAt: microseconds().notNull(),
    expiresAt: instant('expires_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    uniqueIndex('refresh_families_id').on(table.id),
    index('refresh_families_tenant').on(table.environmentId, table.tenantId),
    ...tenantPolicies('refresh_families'),
    // Whoever holds a refresh token may find its family before the environment is known.
    pgPolicy('refresh_families_by_id', {
      for: 'select',
      to: runtimeRole,
      using: sql`id = ${setting('refresh_family_id')}::uuid`,
    }),
  ],
)

/** Tokens that ended before their time, by whatever they have in common. */
export const revocations = pgTable(
  'revocations',
  {
    ...environment(),
    id: uuid().notNull(),
    /** `token`, `family`, `viewer`, `tenant`, `signing_key`, `api_key` or `issuer`. */
    kind: text().notNull(),
    tenantId: text(),
    subject: text(),
    /** The token's, the family's, the key's or the issuer's. */
    targetId: text(),
    /** By the store's clock. A token of a viewer or tenant that was minted later goes on. */
    revokedAt: microseconds().notNull(),
    /** No token that it is about lives longer. */
    expiresAt: instant('expires_at').notNull(),
    /** Rises in the order of beginning and not of committing: who reads on looks for what was unfinished before. */
    transactionNumber: transactionNumber().notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    index('revocations_revoked_at').on(table.environmentId, table.revokedAt),
    index('revocations_transaction_number').on(table.transactionNumber),
    ...tenantPolicies('revocations'),
    // Each process has those of all environments at hand, and sweeps up.
    pgPolicy('revocations_all', {
      for: 'select',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'revocations'`,
    }),
    pgPolicy('revocations_swept', {
      for: 'delete',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'revocations' and expires_at < now()`,
    }),
  ],
)

/** Downloads that were asked for and not yet begun. A row is taken away by the download that it is for. */
export const exportLinks = pgTable(
  'export_links',
  {
    ...environment(),
    /** SHA-256 of the secret in the address, hexadecimal. */
    secretHash: text().notNull(),
    tenantId: text().notNull(),
    /** Whose it is and what is to be exported: AES-256-GCM under the installation's encryption key. */
    sealed: text().notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.secretHash] }),
    uniqueIndex('export_links_secret_hash').on(table.secretHash),
    index('export_links_expires_at').on(table.environmentId, table.expiresAt),
    ...tenantPolicies('export_links'),
    // Whoever holds the secret may take its row, which needs seeing it, before the environment is known.
    ...(['select', 'delete'] as const).map((operation) =>
      pgPolicy(`export_links_${operation}_by_secret`, {
        for: operation,
        to: runtimeRole,
        using: sql`secret_hash = ${setting('export_secret_hash')}`,
      }),
    ),
  ],
)

/** The pages that an environment's guests may ask from; any where it has no row. */
export const allowedOrigins = pgTable(
  'allowed_origins',
  { ...environment(), origins: text().array().notNull() },
  (table) => [
    primaryKey({ columns: [table.environmentId] }),
    policy('allowed_origins'),
    // Each process has those of all environments at hand.
    pgPolicy('allowed_origins_all', {
      for: 'select',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'allowed_origins'`,
    }),
  ],
)

/** What all processes together spent of a budget in its minute. */
export const rateWindows = pgTable(
  'rate_windows',
  {
    ...environment(),
    /** A digest of whose budget it is. */
    key: text().notNull(),
    points: bigint({ mode: 'number' }).notNull(),
    endsAt: instant('ends_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.key] }),
    index('rate_windows_ends_at').on(table.environmentId, table.endsAt),
    policy('rate_windows'),
  ],
)

/** What happened, for good: rows are added, and go when they are older than what is kept. */
export const auditEvents = pgTable(
  'audit_events',
  {
    ...environment(),
    id: uuid().notNull(),
    at: instant('at').notNull(),
    kind: text().notNull(),
    outcome: text().notNull(),
    reason: text(),
    tenantId: text(),
    subject: text(),
    apiKeyId: uuid(),
    tokenId: text(),
    requestId: text(),
    address: text(),
    /** How many it stands for: those of a flood are counted and not told one by one. */
    count: integer().notNull().default(1),
    detail: jsonb(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.id] }),
    index('audit_events_at').on(table.environmentId, table.at, table.id),
    index('audit_events_kind').on(table.environmentId, table.kind, table.at, table.id),
    index('audit_events_outcome').on(table.environmentId, table.outcome, table.at, table.id),
    // One for each way to look for events; of the columns that most rows leave empty, those that do not.
    ...auditEventIndexes(table),
    // Small, and enough to find what is old: rows lie in the order of their time.
    index('audit_events_age').using('brin', table.at),
    ...appendOnlyPolicies('audit_events'),
    ...sweptPolicies('audit_events', '7 days'),
    ...blankedPolicies('audit_events'),
  ],
)

type AuditColumn = 'reason' | 'tenantId' | 'subject' | 'apiKeyId' | 'tokenId' | 'requestId' | 'address'

function auditEventIndexes(table: Record<AuditColumn | 'environmentId' | 'at' | 'id', ExtraConfigColumn>) {
  const columns = {
    reason: table.reason,
    // By code points, so that tenants whose ids begin alike stand together.
    tenant: sql`${table.tenantId} collate "C"`,
    subject: table.subject,
    api_key: table.apiKeyId,
    token: table.tokenId,
    request: table.requestId,
    address: table.address,
  }
  return Object.entries(columns).map(([name, column]) =>
    index(`audit_events_${name}`)
      .on(table.environmentId, column, table.at, table.id)
      .where(sql`${name === 'tenant' ? table.tenantId : column} is not null`),
  )
}
