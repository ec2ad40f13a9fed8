import { sql } from 'drizzle-orm'
import { bigint, date, index, jsonb, pgPolicy, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, environment, instant } from './columns.ts'
import { erasedPolicy, runtimeRole, setting, tenantPolicies } from './row-level-security.ts'

/** Those that a host told of, and those that it had erased. */
export const tenants = pgTable(
  'tenants',
  {
    ...environment(),
    tenantId: text().notNull(),
    /** Its title, place and attributes; empty of one that was erased. */
    definition: jsonb().notNull(),
    createdAt: createdAt(),
    /** Another one whenever something of it is written. */
    version: uuid().notNull().defaultRandom(),
    /** When that was: processes look for what is new. */
    changedAt: instant('changed_at').notNull().defaultNow(),
    erasedAt: instant('erased_at'),
    /** The API key that it was erased with. */
    erasedBy: uuid(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.tenantId] }),
    index('tenants_changed_at').on(table.changedAt),
    ...tenantPolicies('tenants'),
    // Each process has those of all environments at hand.
    pgPolicy('tenants_watched', {
      for: 'select',
      to: runtimeRole,
      using: sql`${setting('purpose')} = 'tenants'`,
    }),
    // The function that blanks audit events looks for a tombstone.
    erasedPolicy('tenants'),
  ],
)

const sum = () => bigint({ mode: 'number' }).notNull()

/** What was asked for each tenant on each day, by the clock of UTC. */
export const usageDays = pgTable(
  'usage_days',
  {
    ...environment(),
    tenantId: text().notNull(),
    day: date({ mode: 'string' }).notNull(),
    questions: sum(),
    rowsRead: sum(),
    bytesRead: sum(),
    durationMs: sum(),
    exports: sum(),
    tokensMinted: sum(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.tenantId, table.day] }),
    index('usage_days_day').on(table.environmentId, table.day),
    ...tenantPolicies('usage_days'),
  ],
)
