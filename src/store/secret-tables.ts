import { sql } from 'drizzle-orm'
import { index, pgPolicy, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { environment, instant } from './columns.ts'
import { policy, runtimeRole, setting } from './row-level-security.ts'

/** What the data sources of a model are connected to with, where it names a secret. */
export const dataSourceSecrets = pgTable(
  'data_source_secrets',
  {
    ...environment(),
    name: text().notNull(),
    /** AES-256-GCM under the installation's encryption key; null from its removal on. */
    sealed: text(),
    /** Another one whenever the value is set. */
    version: uuid().notNull(),
    setAt: instant('set_at').notNull(),
    /** When it was set or removed: processes look for what is new. */
    changedAt: instant('changed_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.name] }),
    index('data_source_secrets_changed_at').on(table.changedAt),
    policy('data_source_secrets'),
    // Each process has those of all environments at hand, sealed.
    pgPolicy('data_source_secrets_watched', {
      for: 'select',
      to: runtimeRole,
      using: sql`${setting('purpose')} in ('data_source_secrets', 'rekey')`,
    }),
    pgPolicy('data_source_secrets_sealed_again', {
      for: 'update',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'rekey'`,
      withCheck: sql`${setting('purpose')} = 'rekey'`,
    }),
  ],
)
