import { eq, sql } from 'drizzle-orm'
import type { Logger } from '../log.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { allowedOrigins } from '../store/tables.ts'
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
  let reading: Promise<void> = Promise.resolve()
  let hasFailed = false

  async function read(): Promise<void> {
    const rows = await store.transaction({ purpose: 'allowed_origins' }, (transaction) =>
      transaction
        .select({ environmentId: allowedOrigins.environmentId, origins: allowedOrigins.origins })
        .from(allowedOrigins),
    )
    lists = new Map(rows.map(({ environmentId, origins }) => [environmentId, Object.freeze(origins)]))
  }

  /** One after the other, so that no older reading comes last. */
  function readNext(): Promise<void> {
    const next = reading.then(read)
    reading = next.catch(() => undefined)
    return next
  }

  async function refresh(): Promise<void> {
    try {
      await readNext()
      hasFailed = false
    } catch (error) {
      if (!hasFailed) log.warn({ err: error }, 'allowed origins cannot be read; known ones go on')
      hasFailed = true
    }
  }

  await read()
  let isAsking = false
  const timer = setInterval(async () => {
    if (isAsking) return
    isAsking = true
    await refresh()
    isAsking = false
  }, everyMs)
  timer.unref()

  return Object.freeze({
    listOf: (environmentId: string) => lists.get(environmentId) ?? null,
    isListed: (origin: string) => [...lists.values()].some((list) => isAmong(list, origin)),
    async set(environment: EnvironmentIdentity, origins: readonly string[] | null) {
      const before = await store.transaction(environment, (transaction) =>
        replaceList(transaction, environment, origins),
      )
      await readNext()
      return before
    },
    async close() {
      clearInterval(timer)
      await reading
    },
  })
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
  return removed[0]?.origins ?? null
}
