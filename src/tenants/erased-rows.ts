import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { EnvironmentIdentity, StoreTransaction } from '../store/store.ts'
import { exportLinks, guestTokens, refreshFamilies } from '../store/tables.ts'
import { usageDays } from '../store/tenant-tables.ts'

/** With the lock of the tenant. */
export async function removeRows(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  tenantId: string,
): Promise<void> {
  for (const table of [guestTokens, refreshFamilies, exportLinks, usageDays]) {
    await transaction
      .delete(table)
      .where(and(eq(table.environmentId, environmentId), eq(table.tenantId, tenantId)))
  }
}

const countSchema = z.object({ rows: z.tuple([z.object({ count: z.number() })]) })

/**
 * By the one function of the store that may, which looks at whose environment the transaction is, and takes events of an erased
 * tenant alone, up to a minute after.
 */
export async function blankEvents(transaction: StoreTransaction, tenantId: string): Promise<number> {
  const answer = await transaction.execute(sql`select tessera_blank_audit_events(${tenantId}) as count`)
  return countSchema.parse(answer).rows[0].count
}
