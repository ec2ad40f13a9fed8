import { eq, sql } from 'drizzle-orm'
import type { Logger } from '../log.ts'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../store/store.ts'
import { allowedOrigins } from '../store/tables.ts'
import { followChanges } from './change-feed.ts'
import { isAmong } from './origins.ts'

/** The lists that environments keep of the pages which may ask them, as every process has them at hand. */
export interface EnvironmentOrigins {
  /** Null where the environment has no list, and any page may ask that has a token for it. */
  listOf(environmentId: string): readonly string[] | null
  /** Whether any of the environments lists it: a preflight does not say which of them it is for. */
  isListed(origin: string): boolean
  /** In force here when this answers, and on every process within two seconds. Answers the list that there was. */
  set(environment: EnvironmentIdentity, origins: readonly string[] | null): Promise<readonly string[] | null>
  close(): Promise<void>
}

export interface EnvironmentOriginsOptions {
  readonly store: Store
  readonly log: Logger
  readonly everyMs?: number
}

/** @throws what the store throws at the first reading */
export async function openEnvironmentOrigins(
  options: EnvironmentOriginsOptions,
): Promise<EnvironmentOrigins> {
  const { store, log, everyMs = 1_000 } = options
  let lists: ReadonlyMap<string, readonly string[]> = new Map()
  let started = 0
  let latest = 0

  async function read(): Promise<void> {
    started += 1
    const turn = started
    const rows = await store.transaction({ purpose: 'allowed_origins' }, (transaction) =>
      transaction
        .select({ environmentId: allowedOrigins.environmentId, origins: allowedOrigins.origins })
        .from(allowedOrigins),
    )
    // Of two at once the one that began first may come last.
    if (turn < latest) return
    latest = turn
    lists = new Map(rows.map(({ environmentId, origins }) => [environmentId, Object.freeze(origins)]))
  }

  const close = await followChanges({
    ...{ store, log, everyMs, read },
    ...{ channel: 'allowed_origins', what: 'allowed origins' },
  })

  return Object.freeze({
    listOf: (environmentId: string) => lists.get(environmentId) ?? null,
    isListed: (origin: string) => [...lists.values()].some((list) => isAmong(list, origin)),
    async set(environment: EnvironmentIdentity, origins: readonly string[] | null) {
      const before = await store.transaction(environment, (transaction) =>
        replaceList(transaction, environment, origins),
      )
      // It was committed, which nothing that fails from here on may hide; whatever a reading brings that began before is older.
      started += 1
      latest = started
      lists = withList(lists, environment.environmentId, origins)
      // Of two at once this one's answer may have come last.
      await read().catch(() => undefined)
      return before
    },
    close,
  })
}

function withList(
  lists: ReadonlyMap<string, readonly string[]>,
  environmentId: string,
  origins: readonly string[] | null,
): ReadonlyMap<string, readonly string[]> {
  const others = [...lists].filter(([id]) => id !== environmentId)
  return new Map(origins === null ? others : [...others, [environmentId, Object.freeze([...origins])]])
}

/** @returns the list that there was */
async function replaceList(
  transaction: StoreTransaction,
  { organizationId, environmentId }: EnvironmentIdentity,
  origins: readonly string[] | null,
): Promise<readonly string[] | null> {
  // Two at once take turns, so that each knows what it changed.
  await transaction.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`allowed origins ${environmentId}`}, 0))`,
  )
  const own = eq(allowedOrigins.environmentId, environmentId)
  const removed = await transaction.delete(allowedOrigins).where(own).returning()
  if (origins !== null) {
    await transaction.insert(allowedOrigins).values({ organizationId, environmentId, origins: [...origins] })
  }
  await notify(transaction, 'allowed_origins', '')
  return removed[0]?.origins ?? null
}
