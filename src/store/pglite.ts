import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { migrationsFolder } from './migrations.ts'
import { channelName, enter, type Store } from './store.ts'

/** PostgreSQL inside the process, in `<dataFolder>/store`. It has one connection, so transactions take turns. */
export async function openPglite(dataFolder: string): Promise<Store> {
  const { PGlite } = await loadPglite()
  const folder = join(dataFolder, 'store')
  await mkdir(folder, { recursive: true })
  const client = await PGlite.create(folder)
  const database = drizzle(client, { casing: 'snake_case' })
  await migrate(database, { migrationsFolder })
  return {
    transaction: (identity, work) =>
      database.transaction(async (transaction) => {
        await transaction.execute(enter(identity))
        return work(transaction)
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

async function loadPglite(): Promise<typeof import('@electric-sql/pglite')> {
  try {
    return await import('@electric-sql/pglite')
  } catch (cause) {
    throw new Error(
      'The embedded store needs the package @electric-sql/pglite. Install it, or set DATABASE_URL to a PostgreSQL.',
      { cause },
    )
  }
}
