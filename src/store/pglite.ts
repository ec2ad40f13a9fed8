import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { migrationsFolder } from './migrations.ts'
import { channelName, enter, type Store } from './store.ts'

type Pglite = typeof import('@electric-sql/pglite')

/**
 * PostgreSQL inside the process, in `<dataFolder>/store`. It has one connection, so transactions take turns.
 * @throws Error that names the package, or the folder, where the store can't be opened
 */
export async function openPglite(dataFolder: string): Promise<Store> {
  const pglite = await loadPglite()
  const client = await openFolder(pglite, join(dataFolder, 'store'))
  const database = drizzle(client, { casing: 'snake_case' })
  await migrate(database, { migrationsFolder })
  return {
    transaction: (identity, work) =>
      database.transaction(async (transaction) => {
        await transaction.execute(enter(identity))
        const result = await work(transaction)
        // Fails where a statement failed and its error was caught: the commit would roll back without an error.
        await transaction.execute(sql`select 1`)
        return result
      }),
    listen: async (channel, onNotice) => {
      await client.listen(channelName(channel), onNotice)
    },
    ping: async () => {
      await database.execute(sql`select 1`)
    },
    close: () => client.close(),
  }
}

async function loadPglite(): Promise<Pglite> {
  try {
    return await import('@electric-sql/pglite')
  } catch (cause) {
    throw new Error(
      'The embedded store needs the package @electric-sql/pglite. Install it, or set DATABASE_URL to a PostgreSQL.',
      { cause },
    )
  }
}

async function openFolder(pglite: Pglite, folder: string): Promise<PGlite> {
  try {
    if (!(await isMade(folder))) await makeFolder(pglite, folder)
    return await pglite.PGlite.create(folder)
  } catch (cause) {
    throw new Error(
      `DATA_DIR: the store in ${folder} cannot be opened: its files are damaged or not the store's. Restore it, or move it away to start with an empty one.`,
      { cause },
    )
  }
}

async function isMade(folder: string): Promise<boolean> {
  try {
    await access(join(folder, 'PG_VERSION'))
    return true
  } catch {
    return false
  }
}

/**
 * Made aside and renamed when whole: a process that was killed while it made its store left one that could never be
 * opened again (3 of 8 kills in the milliseconds after PG_VERSION was written). Opening it twice costs 0.3 s, once.
 */
async function makeFolder({ PGlite }: Pglite, folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  try {
    const client = await PGlite.create(unfinished)
    await client.close()
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}
