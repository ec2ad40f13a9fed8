import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { timestamp, uuid } from 'drizzle-orm/pg-core'

/** Columns that many tables have. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
export const createdAt = () => instant('created_at').notNull().defaultNow()
export const environment = () => ({ organizationId: uuid().notNull(), environmentId: uuid().notNull() })

/**
 * When a row is written, with its lock held: after whoever wrote before, though this transaction may have begun earlier, and though
 * the clock may be behind that of the server that was the store before.
 * @param before of what is written over; null where there is none
 */
export function laterThan(before: SQLWrapper): SQL {
  return sql`greatest(clock_timestamp(), ${before} + interval '1 millisecond')`
}
