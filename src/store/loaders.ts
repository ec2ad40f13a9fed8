import DataLoader from 'dataloader'
import { inArray } from 'drizzle-orm'
import type { EnvironmentIdentity, Store } from './store.ts'
import { apiKeys } from './tables.ts'

export type ApiKeyRow = typeof apiKeys.$inferSelect

/** Look-ups by id of one request: those of one tick are one statement, and no row is read twice. */
export interface Loaders {
  /** Null where there is none in the environment. */
  readonly apiKeys: DataLoader<string, ApiKeyRow | null>
}

/** For one request, never longer: what is loaded is kept. */
export function createLoaders(store: Store, identity: EnvironmentIdentity): Loaders {
  return {
    apiKeys: new DataLoader(async (ids) => {
      const rows = await store.transaction(identity, (transaction) =>
        transaction
          .select()
          .from(apiKeys)
          .where(inArray(apiKeys.id, [...ids])),
      )
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => byId.get(id) ?? null)
    }),
  }
}
