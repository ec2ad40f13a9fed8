import { timestamp, uuid } from 'drizzle-orm/pg-core'

/** Columns that many tables have. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
export const createdAt = () => instant('created_at').notNull().defaultNow()
export const environment = () => ({ organizationId: uuid().notNull(), environmentId: uuid().notNull() })
