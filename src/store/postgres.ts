import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client, Pool } from 'pg'
import type { Logger } from '../log.ts'
import { migrationLock, migrationsFolder } from './migrations.ts'
import { type Channel, channelName, enter, type Store } from './store.ts'

const reconnectMs = 500

/** PostgreSQL. A backend that dies costs its own transactions and nothing else: the pool replaces it. */
export async function openPostgres(url: string, log: Logger): Promise<Store> {
  await migratePostgres(url)
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 })
  // An idle connection that breaks is reported here; without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to the store was lost'))
  const database = drizzle(pool, { casing: 'snake_case' })
  const listeners: (() => Promise<void>)[] = []
  return {
    transaction: (identity, work) =>
      database.transaction(async (transaction) => {
        await transaction.execute(enter(identity))
        return work(transaction)
      }),
    listen: async (channel, onNotice) => {
      listeners.push(await listenForever(url, channel, onNotice, log))
    },
    ping: async () => {
      await database.execute(sql`select 1`)
    },
    close: async () => {
      await Promise.all(listeners.map((stop) => stop()))
      await pool.end()
    },
  }
}

/** Advisory locks belong to a connection, so migrating has one of its own. */
async function migratePostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await migrate(drizzle(client), { migrationsFolder })
  } finally {
    await client.end()
  }
}

/** A connection of its own that comes back when it is lost. Answers how to stop it. */
async function listenForever(
  url: string,
  channel: Channel,
  onNotice: (payload: string) => void,
  log: Logger,
): Promise<() => Promise<void>> {
  let current: Client | null = null
  let retry: NodeJS.Timeout | null = null
  let stopped = false

  function again(error: unknown): void {
    if (stopped || retry !== null) return
    current = null
    log.warn({ err: error, channel }, 'the store no longer notifies; connecting again')
    retry = setTimeout(() => {
      retry = null
      connect().catch(again)
    }, reconnectMs)
    retry.unref()
  }

  async function connect(): Promise<void> {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true })
    client.on('error', again)
    client.on('end', () => again(new Error('The connection ended.')))
    client.on('notification', ({ payload }) => onNotice(payload ?? ''))
    await client.connect()
    await client.query(`listen ${channelName(channel)}`)
    current = client
  }

  await connect()
  return async () => {
    stopped = true
    if (retry !== null) clearTimeout(retry)
    await current?.end()
  }
}
