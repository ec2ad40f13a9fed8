import { gt, sql } from 'drizzle-orm'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'

/** A signing key that was made, retired or given an end. */
export interface SigningKeyChange {
  readonly environmentId: string
  readonly keyId: string
  readonly endsAt: Date | null
}

export interface WatchOptions {
  readonly store: Store
  readonly log: Logger
  readonly onChange: (change: SigningKeyChange) => void
  /** How often the store is asked, whether it notified or not. */
  readonly everyMs?: number
}

/** A change is told again for as long: its transaction may be seen late, and one lasts 30 s at the most. */
const overlap = sql`now() - interval '2 minutes'`
/** A process that could not ask for longer than this begins anew. */
const overlapMs = 60_000

/**
 * Tells of the signing keys of all environments, and then of each change once: when the store notifies, and every
 * second, because notices are lost with the connection that brings them.
 * @returns how to stop
 * @throws what the store throws at the first reading
 */
export async function watchSigningKeys(options: WatchOptions): Promise<() => Promise<void>> {
  const { store, log, onChange, everyMs = 1_000 } = options
  const told = new Map<string, number>()
  let readAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null
  let isOutdated = false
  let hasFailed = false

  async function read(): Promise<void> {
    const startedAt = performance.now()
    const isContinuous = startedAt - readAt < overlapMs
    const rows = await store.transaction({ purpose: 'signing_keys' }, (transaction) =>
      transaction
        .select({
          environmentId: signingKeys.environmentId,
          keyId: signingKeys.id,
          endsAt: signingKeys.expiresAt,
          changedAt: signingKeys.changedAt,
        })
        .from(signingKeys)
        .where(isContinuous ? gt(signingKeys.changedAt, overlap) : undefined),
    )
    readAt = startedAt
    for (const { changedAt, ...change } of rows) {
      if (told.get(change.keyId) === changedAt.getTime()) continue
      told.set(change.keyId, changedAt.getTime())
      onChange(change)
    }
  }

  async function refresh(): Promise<void> {
    try {
      do {
        isOutdated = false
        await read()
      } while (isOutdated)
      hasFailed = false
    } catch (error) {
      if (!hasFailed) log.warn({ err: error }, 'signing keys cannot be read; known ones go on')
      hasFailed = true
    }
  }

  /** One run at a time; a notice that comes meanwhile makes it read once more. */
  function look(): void {
    running ??= refresh().finally(() => {
      running = null
    })
  }

  await store.listen('signing_keys', () => {
    isOutdated = true
    look()
  })
  await read()
  const timer = setInterval(look, everyMs)
  timer.unref()

  return async () => {
    clearInterval(timer)
    await running
  }
}
