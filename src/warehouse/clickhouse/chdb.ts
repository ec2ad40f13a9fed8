import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { TesseraError } from '../../errors.ts'
import type { Logger } from '../../log.ts'
import type { Parameter } from '../statement.ts'
import { openChdbPool } from './chdb-connection.ts'
import type { OpenConnection } from './chdb-session.ts'
import { createChdbStreams } from './chdb-stream.ts'
import { type Engine, pingText, readBody } from './engine.ts'
import { failureOf } from './failure.ts'
import { namedParameters } from './parameters.ts'

type Chdb = Pick<typeof import('chdb/connection'), 'ChdbConnection'>

export interface ChdbOptions {
  /** The data folder. A process can bind one, and a folder can be bound by one process. */
  readonly path: string
  readonly connections: number
  /** How many streams of rows there may be beside them. */
  readonly streams: number
  readonly log: Logger
  /** Where the optional package comes from. */
  readonly load?: () => Promise<Chdb>
}

/** @throws TesseraError WAREHOUSE_UNAVAILABLE where the package chdb is missing or the folder can't be bound */
export async function openChdbEngine(options: ChdbOptions): Promise<Engine> {
  const { path, connections, streams: streamsMax, log, load = () => import('chdb/connection') } = options
  const { ChdbConnection } = await loadOptional(load)
  const open = () => new ChdbConnection({ path })
  const connection = await openPool(open, connections, log)
  const client = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } })
  const streams = createChdbStreams(open, { streamsMax, log })

  async function send(text: string, parameters: readonly Parameter[], signal: AbortSignal): Promise<string> {
    const { stream } = await client.exec({
      query: text,
      query_params: namedParameters(parameters),
      abort_signal: signal,
    })
    return readBody(stream, signal)
  }

  const ping = (signal: AbortSignal) => send(pingText, [], signal)

  async function close(): Promise<void> {
    await streams.close()
    await client.close()
  }

  return Object.freeze({ send, stream: streams.stream, ping, close })
}

async function openPool(open: OpenConnection, connections: number, log: Logger) {
  try {
    return await openChdbPool({ open, connections, log })
  } catch (error) {
    throw failureOf(error)
  }
}

async function loadOptional(load: () => Promise<Chdb>): Promise<Chdb> {
  try {
    return await load()
  } catch (cause) {
    const expected = 'the optional package chdb to be installed for a data source of kind chdb'
    throw new TesseraError('WAREHOUSE_UNAVAILABLE', { expected, cause })
  }
}
