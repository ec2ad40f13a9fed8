import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client, Pool, type PoolClient } from 'pg'
import { TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { createListener } from './listen.ts'
import { migrationLock, migrationsFolder } from './migrations.ts'
import { enter, type Identity, type Store, type StoreTransaction } from './store.ts'

const connectionsMax = 10
const connectTimeoutMs = 5_000
/** A server that accepts a statement and never answers costs a connection for this long, and then no more. */
const queryTimeoutMs = 30_000
/** Waits behind the statement that was not answered: with the time of a statement it took a caller 60 s to be told. */
const rollback = { text: 'rollback', query_timeout: 2_000 }

/**
 * PostgreSQL. A backend that dies costs its own transactions and nothing else: the pool replaces it.
 * @throws Error that names DATABASE_URL, without its password, where the server can't be reached or migrated
 */
export async function openPostgres(url: string, log: Logger): Promise<Store> {
  await migratePostgres(url)
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
  })
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to the store was lost'))
  // The pool listens while a connection is idle. Without this one, a backend that dies between two statements of a
  // transaction would end the process; the transaction's next statement fails by itself.
  pool.on('connect', (connection) => {
    connection.on('error', () => undefined)
  })
  const listener = createListener({ url, log })
  return {
    transaction: async (identity, work) => {
      const connection = await pool.connect().catch((cause: unknown) => {
        throw unavailable(cause)
      })
      return runTransaction(connection, identity, work)
    },
    listen: listener.listen,
    ping: async () => {
      await pool.query('select 1')
    },
    close: async () => {
      await listener.close()
      await pool.end()
    },
  }
}

/**
 * Gives the connection back in every case, and to the pool only where it has no transaction open.
 * @throws STORE_UNAVAILABLE where the connection was lost; whether a commit was made that was under way is not known then
 */
async function runTransaction<T>(
  connection: PoolClient,
  identity: Identity,
  work: (transaction: StoreTransaction) => Promise<T>,
): Promise<T> {
  const { client, end } = untilEnded(connection)
  let isClean = false
  try {
    await connection.query('begin')
    const transaction = drizzle(client, { casing: 'snake_case' })
    await transaction.execute(enter(identity))
    const result = await work(transaction)
    end()
    await commit(connection)
    isClean = true
    return result
  } catch (error) {
    end()
    isClean = await rollsBack(connection)
    throw isClean || error instanceof TesseraError ? error : unavailable(error)
  } finally {
    connection.release(!isClean)
  }
}

function unavailable(cause: unknown): TesseraError {
  return new TesseraError('STORE_UNAVAILABLE', { cause, retryAfterSeconds: 1 })
}

/** PostgreSQL answers COMMIT with ROLLBACK, and no error, where a statement failed and its error was caught. */
async function commit(connection: PoolClient): Promise<void> {
  const { command } = await connection.query('commit')
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements failed.')
}

async function rollsBack(connection: PoolClient): Promise<boolean> {
  try {
    await connection.query(rollback)
    return true
  } catch {
    return false
  }
}

/**
 * The connection for as long as the transaction lasts. A transaction that is kept and used later would run under
 * whatever identity the connection has by then, or under none.
 */
function untilEnded(connection: PoolClient): { readonly client: PoolClient; readonly end: () => void } {
  let hasEnded = false
  const client = new Proxy(connection, {
    get(target, name) {
      if (hasEnded) throw new Error('The transaction has ended.')
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return {
    client,
    end: () => {
      hasEnded = true
    },
  }
}

/** Advisory locks belong to a connection, so migrating has one of its own. */
async function migratePostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs })
  // A lost connection fails the statement that waits for it.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    throw new Error(`DATABASE_URL: ${withoutPassword(url)} cannot be reached.`, { cause })
  }
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await migrate(drizzle(client), { migrationsFolder })
  } catch (cause) {
    throw new Error(`DATABASE_URL: ${withoutPassword(url)} cannot be migrated.`, { cause: rootOf(cause) })
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** What the server said. The error around it has the text of the whole migration for a message. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error
}

function withoutPassword(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
