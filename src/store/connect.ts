import type { Logger } from '../log.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import type { Store } from './store.ts'

export interface StoreOptions {
  /** Of a PostgreSQL; without it the store is a PGlite in the data folder. */
  readonly databaseUrl?: string | undefined
  readonly dataFolder: string
  readonly log: Logger
}

/** Opens and migrates. Nothing but this sees a row without an identity. */
export function openStore({ databaseUrl, dataFolder, log }: StoreOptions): Promise<Store> {
  return databaseUrl === undefined ? openPglite(dataFolder) : openPostgres(databaseUrl, log)
}
