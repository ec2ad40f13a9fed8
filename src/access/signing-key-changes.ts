import { gt, sql } from 'drizzle-orm'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'
import { followChanges } from './change-feed.ts'

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
}

/**
 * Tells of the signing keys of all environments, and then of each change once.
 * @returns how to stop
 * @throws what the store throws at the first reading
 */
export function watchSigningKeys({ store, log, onChange }: WatchOptions): Promise<() => Promise<void>> {
  /** Of the last reading: what is not in it is not read again. */
  let told: ReadonlyMap<string, number> = new Map()

  async function read(all: boolean): Promise<void> {
    const rows = await store.transaction({ purpose: 'signing_keys' }, (transaction) =>
      transaction
        .select({
          environmentId: signingKeys.environmentId,
          keyId: signingKeys.id,
          endsAt: signingKeys.expiresAt,
          changedAt: signingKeys.changedAt,
        })
        .from(signingKeys)
        .where(all ? undefined : gt(signingKeys.changedAt, sql`now() - interval '2 minutes'`)),
    )
    const before = told
    told = new Map(rows.map(({ keyId, changedAt }) => [keyId, changedAt.getTime()]))
    for (const { changedAt, ...change } of rows) {
      if (before.get(change.keyId) !== changedAt.getTime()) onChange(change)
    }
  }

  return followChanges({ store, log, channel: 'signing_keys', what: 'signing keys', read })
}
