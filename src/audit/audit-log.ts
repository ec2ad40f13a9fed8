import { randomUUID } from 'node:crypto'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { auditEvents } from '../store/tables.ts'
import type { AuditEvent } from './events.ts'

export interface AuditLog {
  /** Takes a microsecond and never fails: the event is stored within about a second. */
  record(event: AuditEvent): void
  /** Stores what is waiting, as far as the store lets it. */
  flush(): Promise<void>
  /** Stores what is waiting and ends. What can't be stored then is told to the log. */
  close(): Promise<void>
}

export interface AuditLogOptions {
  readonly everyMs?: number
  readonly batchSize?: number
  /** How many events wait while the store is out; of those beyond it only the numbers are kept, for the log. */
  readonly bufferSize?: number
}

type AuditRow = typeof auditEvents.$inferInsert

export function createAuditLog(store: Store, log: Logger, options: AuditLogOptions = {}): AuditLog {
  const { everyMs = 1_000, batchSize = 500, bufferSize = 10_000 } = options
  let waiting: AuditRow[] = []
  let running: Promise<void> | null = null
  const dropped = new Map<string, number>()

  const timer = setInterval(() => void flush(), everyMs)
  timer.unref()

  /** One run at a time; who comes meanwhile shares it. */
  function flush(): Promise<void> {
    running ??= storeWaiting().finally(() => {
      running = null
    })
    return running
  }

  async function storeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize)
      if (!(await storeBatch(batch))) return
      waiting = waiting.slice(batch.length)
    }
    tellDropped()
  }

  /** False where the store is out, and the batch has to wait. */
  async function storeBatch(batch: readonly AuditRow[]): Promise<boolean> {
    for (const rows of byEnvironment(batch)) {
      try {
        await insert(store, rows)
      } catch (error) {
        log.warn({ err: error, waiting: waiting.length }, 'audit events cannot be stored')
        if (!(await isReachable(store))) return false
        await storeOneByOne(rows)
      }
    }
    return true
  }

  /** The store answers but refuses the rows: the wrong ones must not hold up the others for ever. */
  async function storeOneByOne(rows: readonly AuditRow[]): Promise<void> {
    for (const row of rows) {
      try {
        await insert(store, [row])
      } catch (error) {
        log.error({ err: error, kind: row.kind, id: row.id }, 'the store refuses an audit event')
        countDropped(row.kind)
      }
    }
  }

  function countDropped(kind: string): void {
    dropped.set(kind, (dropped.get(kind) ?? 0) + 1)
  }

  function tellDropped(): void {
    if (dropped.size === 0) return
    log.error({ dropped: Object.fromEntries(dropped) }, 'audit events were not stored')
    dropped.clear()
  }

  return Object.freeze({
    record(event: AuditEvent) {
      log.info({ audit: event }, event.kind)
      if (event.environment === null) return
      if (waiting.length >= bufferSize) {
        if (dropped.size === 0)
          log.error({ bufferSize }, 'the audit buffer is full; further events are only counted')
        countDropped(event.kind)
        return
      }
      waiting.push(rowOf(event, event.environment))
      if (waiting.length === batchSize) setImmediate(() => void flush())
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
      // A run that was under way when this was called may have ended before the last events came.
      await flush()
      for (const row of waiting) countDropped(row.kind)
      waiting = []
      tellDropped()
    },
  })
}

/** The id is made here, so that a batch that was stored although its answer was lost is not stored twice. */
function rowOf(event: AuditEvent, environment: NonNullable<AuditEvent['environment']>): AuditRow {
  return {
    id: randomUUID(),
    organizationId: environment.organizationId,
    environmentId: environment.environmentId,
    at: new Date(),
    kind: event.kind,
    outcome: event.outcome,
    reason: event.reason ?? null,
    tenantId: event.tenantId ?? null,
    subject: event.subject ?? null,
    apiKeyId: event.apiKeyId ?? null,
    tokenId: event.tokenId ?? null,
    requestId: event.requestId ?? null,
    address: event.address ?? null,
    detail: event.detail ?? {},
  }
}

function byEnvironment(rows: readonly AuditRow[]): readonly (readonly AuditRow[])[] {
  const groups = new Map<string, AuditRow[]>()
  for (const row of rows) groups.set(row.environmentId, [...(groups.get(row.environmentId) ?? []), row])
  return [...groups.values()]
}

async function insert(store: Store, rows: readonly AuditRow[]): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const { organizationId, environmentId } = first
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .insert(auditEvents)
      .values([...rows])
      .onConflictDoNothing(),
  )
}

async function isReachable(store: Store): Promise<boolean> {
  try {
    await store.ping()
    return true
  } catch {
    return false
  }
}
