import type { LookupFunction } from 'node:net'
import { TesseraError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import { PolicyViolation } from '../../violation.ts'
import { createBounds } from '../bounds.ts'
import type { Statement } from '../statement.ts'
import { createStreamPlaces } from '../stream-places.ts'
import type { RowBatch, Rows, RunOptions, StreamOptions, Warehouse } from '../warehouse.ts'
import { createAsk } from './ask.ts'
import { createConnections } from './connections.ts'
import { describeTable, isUnique, listTables, type RunText } from './describe.ts'
import { postgres } from './dialect.ts'
import { failureOf } from './failure.ts'
import { createRunner } from './run.ts'
import { requireTenant, type Text } from './session.ts'
import { addressOf, type PostgresSource } from './source.ts'
import { createStreamer } from './stream.ts'

export interface PostgresOptions {
  readonly log: Logger
  /** How many there may be at a time, 10 where nothing is said; half of them at most for streams. */
  readonly connections?: number
  /** Of the name in the address, whenever it is connected to; the system's own unless it is given. */
  readonly lookup?: LookupFunction
}

export interface PostgresWarehouse extends Warehouse {
  /** Closes connections until so many are left, of which others at the server can have as many. */
  shrink(connections: number): Promise<void>
}

const connectionsMax = 10

/**
 * PostgreSQL 14 or later, which need not be there yet. Each statement runs in a read-only transaction of its own, as the
 * source's role and for the tenant that its settings name.
 * @throws TesseraError BAD_USER_INPUT where the source's address is none
 */
export async function openPostgresWarehouse(
  source: PostgresSource,
  { log, connections: max = connectionsMax, lookup }: PostgresOptions,
): Promise<PostgresWarehouse> {
  const { name, role } = source
  const address = addressOf(source, lookup)
  const bounds = createBounds()
  const places = createStreamPlaces(Math.max(1, Math.floor(max / 2)))
  const connections = createConnections({ name, address, max, log })
  const runner = createRunner({ address, role, connections, log })
  const ask = createAsk(runner, bounds)
  const rowsOf = createStreamer({ role, connections, runner })
  let closed: Promise<void> | null = null

  async function run(statement: Statement, options: RunOptions): Promise<Rows> {
    requireTenant(statement.settings)
    const startedAt = performance.now()
    const columns = await ask(textOf(statement), statement.settings, options)
    const durationMs = performance.now() - startedAt
    // The engine does not tell what it read; the rows of an answer are another number.
    return { columns, rowCount: columns[0]?.length ?? 0, rowsRead: 0, bytesRead: 0, durationMs }
  }

  async function* stream(
    statement: Statement,
    { owner, ...options }: StreamOptions,
  ): AsyncGenerator<RowBatch> {
    requireTenant(statement.settings)
    const bound = bounds.bound(options)
    let giveBack = () => {}
    try {
      giveBack = await places.take(owner, bound.end)
      // Whoever takes no more rows may not come back to hear of it.
      bound.end.addEventListener('abort', giveBack)
      yield* rowsOf(textOf(statement), statement.settings, bound)
    } catch (error) {
      bound.end.throwIfAborted()
      throw failureOf(error)
    } finally {
      giveBack()
      bound.release()
    }
  }

  const look: RunText = (text, options) => ask(text, {}, options)

  async function ping(timeoutMs: number): Promise<void> {
    try {
      const text = 'SELECT getdatabaseencoding()::text'
      const [encoding] = await look({ text, values: [] }, { signal: undefined, timeoutMs })
      if (encoding?.[0] !== 'UTF8') throw new Error(`PostgreSQL: encoding ${encoding?.[0]}`)
    } catch (cause) {
      throw new TesseraError('WAREHOUSE_UNAVAILABLE', { cause })
    }
  }

  async function end(): Promise<void> {
    bounds.close()
    await runner.close()
    await connections.close()
  }

  return Object.freeze({
    name,
    dialect: postgres,
    run,
    stream,
    tables: (schema) => listTables(look, schema),
    describe: (table) => describeTable(look, table),
    isUnique: (table, columns) => isUnique(look, table, columns),
    ping,
    shrink: connections.closeTo,
    close: () => {
      closed ??= end()
      return closed
    },
  } satisfies PostgresWarehouse)
}

/** `$1` stands for the parameter of that name. */
function textOf({ text, parameters, resultRows }: Statement): Text {
  const ordered = parameters.every(({ name }, index) => name === String(index + 1))
  if (!ordered) throw new PolicyViolation('parameters_unbound', 'Parameters are numbered in their order.')
  return { text, values: parameters.map(({ value }) => value), rowsMax: resultRows }
}
