import type { LookupFunction } from 'node:net'
import { TesseraError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import { createBounds } from '../bounds.ts'
import type { Dialect } from '../dialect.ts'
import type { Statement } from '../statement.ts'
import { createStreamPlaces, type StreamPlaces } from '../stream-places.ts'
import type { RowBatch, StreamOptions, Warehouse } from '../warehouse.ts'
import { openChdbEngine } from './chdb.ts'
import { decodeBody } from './decode.ts'
import { decodeRows } from './decode-rows.ts'
import { describeTable, isUnique, listTables } from './describe.ts'
import { clickhouse, clickhouseServer } from './dialect.ts'
import type { Engine, RunText } from './engine.ts'
import { failureOf } from './failure.ts'
import { openHttpEngine } from './http.ts'
import type { ChdbSource, ClickHouseSource } from './source.ts'

export interface OpenOptions {
  readonly log: Logger
  /** How many statements may run at a time. */
  readonly connections?: number
  /** Of the names in the addresses, whenever one is connected to; the system's own unless it is given. */
  readonly lookup?: LookupFunction
}

const httpConnections = 32
const httpStreams = 16
/** Each needs memory of its own, and a thread while it computes. */
const chdbStreams = 4

/**
 * A ClickHouse server need not be there yet; a data folder of chDB is bound at once.
 * @throws TesseraError WAREHOUSE_UNAVAILABLE where chDB is missing or its folder can't be bound
 */
export async function openWarehouse(
  source: ClickHouseSource | ChdbSource,
  options: OpenOptions,
): Promise<Warehouse> {
  const places = createStreamPlaces(source.kind === 'chdb' ? chdbStreams : httpStreams)
  const dialect = source.kind === 'chdb' ? clickhouse : clickhouseServer
  return createWarehouse(source.name, dialect, await openEngine(source, options), places)
}

async function openEngine(
  source: ClickHouseSource | ChdbSource,
  { log, connections, lookup }: OpenOptions,
): Promise<Engine> {
  if (source.kind === 'chdb') {
    const { path } = source
    return openChdbEngine({
      path,
      log,
      connections: connections ?? chdbConnections(),
      streams: chdbStreams,
    })
  }
  return openHttpEngine({
    source,
    log,
    ...(lookup && { lookup }),
    connections: connections ?? httpConnections,
    streams: httpStreams,
  })
}

/** Each running query holds a thread of libuv's pool, and signatures are verified on the same threads. */
function chdbConnections(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
  return Math.max(2, Math.min(8, Math.floor(threads / 4)))
}

function createWarehouse(name: string, dialect: Dialect, engine: Engine, places: StreamPlaces): Warehouse {
  const bounds = createBounds()
  let closed = false

  const runText: RunText = async (text, parameters, options) => {
    const { end, release } = bounds.bound(options)
    const startedAt = performance.now()
    try {
      const body = await engine.send(text, parameters, end)
      return { ...decodeBody(body), durationMs: performance.now() - startedAt }
    } catch (error) {
      end.throwIfAborted()
      throw failureOf(error)
    } finally {
      release()
    }
  }

  async function* stream(
    { text, parameters }: Statement,
    { owner, ...options }: StreamOptions,
  ): AsyncGenerator<RowBatch> {
    const { end, release } = bounds.bound(options)
    let giveBack = () => {}
    try {
      giveBack = await places.take(owner, end)
      yield* decodeRows(engine.stream(text, parameters, end))
    } catch (error) {
      end.throwIfAborted()
      throw failureOf(error)
    } finally {
      giveBack()
      release()
    }
  }

  async function ping(timeoutMs: number): Promise<void> {
    const { end, release } = bounds.bound({ signal: undefined, timeoutMs })
    try {
      decodeBody(await engine.ping(end))
    } catch (error) {
      throw error instanceof TesseraError && error.code === 'WAREHOUSE_UNAVAILABLE'
        ? error
        : new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: failureOf(error) })
    } finally {
      release()
    }
  }

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    bounds.close()
    await engine.close()
  }

  return Object.freeze({
    name,
    dialect,
    run: ({ text, parameters }, options) => runText(text, parameters, options),
    stream,
    tables: (database) => listTables(runText, database),
    describe: (table) => describeTable(runText, table),
    isUnique: (table, columns) => isUnique(runText, table, columns),
    ping,
    close,
  } satisfies Warehouse)
}
