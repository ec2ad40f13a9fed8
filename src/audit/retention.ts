import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Logger } from '../log.ts'
import { type Recurring, recurring } from '../store/recurring.ts'
import type { Store } from '../store/store.ts'

export interface RetentionOptions {
  readonly store: Store
  readonly log: Logger
  /** Events that are older go. The store's own function takes none that is younger than a week. */
  readonly retentionDays: number
  readonly everyMs?: number
  readonly batchSize?: number
}

const countSchema = z.object({ rows: z.tuple([z.object({ count: z.number() })]) })

/** Removes audit events that are older than what is kept: now, and every hour from then on. */
export function sweepAuditEvents(options: RetentionOptions): Recurring {
  const { log, everyMs = 3_600_000 } = options
  return recurring((end) => removeOld(options, end), {
    everyMs,
    onFailure: (error) => log.warn({ err: error }, 'old audit events cannot be removed yet'),
  })
}

/** Some at a time, so that what is to be written need not wait. */
async function removeOld(
  { store, retentionDays, batchSize = 5_000 }: RetentionOptions,
  end: AbortSignal,
): Promise<void> {
  let removed = batchSize
  while (removed === batchSize && !end.aborted) {
    const answer = await store.transaction({ purpose: 'audit_retention' }, (transaction) =>
      transaction.execute(
        sql`select tessera_sweep_audit_events(${retentionDays}, ${batchSize}::integer) as count`,
      ),
    )
    removed = countSchema.parse(answer).rows[0].count
  }
}
