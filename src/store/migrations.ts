import { fileURLToPath } from 'node:url'

/** One set of migrations for both drivers. The same path from src and from dist. */
export const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url))

/** Held while migrating, so that two processes that start at once do it one after the other. */
export const migrationLock = 7_366_317
