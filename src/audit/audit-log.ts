import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { type AuditEvent, blank } from './events.ts'
import { type AuditRow, byEnvironment, insertRows, rowOf } from './rows.ts'
import { createSampler } from './sampling.ts'

export interface AuditLog {
  /** Takes some microseconds and never fails: the event is stored within about a second, or counted. */
  record(event: AuditEvent): void
  /** Stores what is waiting and what was counted, as far as the store lets it. */
  flush(): Promise<void>
  /** Stores the same and ends. What can't be stored then is told to the log. */
  close(): Promise<void>
}

export interface AuditLogOptions {
  readonly everyMs?: number
  /** How often what was only counted is told: what is lost at most where the process is killed, beside `everyMs` of events. */
  readonly countEveryMs?: number
  readonly batchSize?: number
  /** How many events wait while the store is out; those beyond it are counted until it answers. */
  readonly bufferSize?: number
  /** Is told of every event, before anything is left out. */
  readonly observe?: (event: AuditEvent) => void
  /** Of whom nothing but the id may be told. */
  readonly isSecret?: (environmentId: string, tenantId: string) => boolean
}

export function createAuditLog(store: Store, log: Logger, options: AuditLogOptions = {}): AuditLog {
  const { everyMs = 1_000, countEveryMs = 10_000, batchSize = 500, bufferSize = 10_000 } = options
  const sampler = createSampler()
  let waiting: AuditRow[] = []
  let running: Promise<void> | null = null
  let isFull = false
  let countedAt = performance.now()
  const dropped = new Map<string, number>()

  const timer = setInterval(() => {
    if (performance.now() - countedAt >= countEveryMs) tellCounted()
    void storeSoon()
  }, everyMs)
  timer.unref()

  function tell(event: AuditEvent): void {
    log.info({ audit: event }, event.kind)
    if (event.environment !== null) waiting.push(rowOf(event, event.environment))
  }

  function isOfSecret({ kind, environment, tenantId }: AuditEvent): boolean {
    if (environment === null || tenantId == null || kind === 'tenant.erased') return false
    return options.isSecret?.(environment.environmentId, tenantId) === true
  }

  /** While nothing more may wait, they are counted on. */
  function tellCounted(): void {
    if (waiting.length >= bufferSize) return
    countedAt = performance.now()
    isFull = false
    for (const event of sampler.drain()) tell(event)
  }

  /** One run at a time; who comes meanwhile shares it. */
  function storeSoon(): Promise<void> {
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
        await insertRows(store, rows)
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
        await insertRows(store, [row])
      } catch (error) {
        log.error({ err: error, kind: row.kind, id: row.id }, 'the store refuses an audit event')
        countDropped(row)
      }
    }
  }

  function countDropped({ kind, count = 1 }: AuditRow): void {
    dropped.set(kind, (dropped.get(kind) ?? 0) + count)
  }

  function tellDropped(): void {
    if (dropped.size === 0) return
    log.error({ dropped: Object.fromEntries(dropped) }, 'audit events were not stored')
    dropped.clear()
  }

  /** Until nothing is counted that could still be told: the first run makes room for it. */
  async function flush(): Promise<void> {
    tellCounted()
    await storeSoon()
    if (waiting.length >= bufferSize) return
    tellCounted()
    await storeSoon()
  }

  return Object.freeze({
    record(given: AuditEvent) {
      const event = isOfSecret(given) ? blank(given) : given
      options.observe?.(event)
      if (!sampler.admits(event)) return
      if (event.environment === null || waiting.length < bufferSize) tell(event)
      else {
        if (!isFull) log.error({ bufferSize }, 'the audit buffer is full; further events are only counted')
        isFull = true
        sampler.count(event)
      }
      if (waiting.length === batchSize) setImmediate(() => void storeSoon())
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush()
      for (const event of sampler.drain()) tell(event)
      for (const row of waiting) countDropped(row)
      waiting = []
      tellDropped()
    },
  })
}

async function isReachable(store: Store): Promise<boolean> {
  try {
    await store.ping()
    return true
  } catch {
    return false
  }
}
