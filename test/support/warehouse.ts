import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { Session } from 'chdb'
import { ChdbConnection } from 'chdb/connection'
import { createLogger } from '../../src/log.ts'
import { openWarehouse } from '../../src/warehouse/clickhouse/connect.ts'
import { type Parameter, Statement } from '../../src/warehouse/statement.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { type ClickHouseFront, openClickHouseFront } from './clickhouse-front.ts'

const log = createLogger('silent')

/** The ways to ClickHouse that there are: a real server is one where CLICKHOUSE_URL names it. */
export const ways = ['chdb', 'front', ...(process.env.CLICKHOUSE_URL ? (['server'] as const) : [])] as const
export type Way = (typeof ways)[number]

export interface TestEngine {
  /** The data folder of chDB. A process can bind one, so a test file has one engine. */
  readonly path: string
  readonly front: ClickHouseFront
  open(way: Way, connections?: number): Promise<Warehouse>
  /** Runs what a warehouse never would, such as CREATE TABLE, in both engines; the answer is chDB's. */
  execute(text: string): Promise<string>
  close(): Promise<void>
}

export interface TestEngineOptions {
  /** With the cluster `two`, each of whose two shards is this engine once more. */
  readonly cluster?: boolean
}

/** A chDB in a folder of its own and an HTTP front for it; `close` takes all of it away again. */
export async function openTestEngine({ cluster = false }: TestEngineOptions = {}): Promise<TestEngine> {
  const path = await mkdtemp(join(tmpdir(), 'tessera-warehouse-'))
  const session = cluster ? await openCluster(path) : null
  const admin = new ChdbConnection({ path })
  const front = await openClickHouseFront(path)
  const serverUrl = process.env.CLICKHOUSE_URL
  const server = serverUrl === undefined ? null : createClient({ url: serverUrl })
  const opened: Warehouse[] = []

  async function open(way: Way, connections = 4): Promise<Warehouse> {
    const url = way === 'front' ? front.url : (serverUrl ?? '')
    const source =
      way === 'chdb'
        ? ({ name: 'test', kind: 'chdb', path } as const)
        : ({ name: 'test', kind: 'clickhouse', urls: [url] } as const)
    const warehouse = await openWarehouse(source, { log, connections })
    opened.push(warehouse)
    return warehouse
  }

  async function execute(text: string): Promise<string> {
    if (server !== null) await server.command({ query: text })
    const { stream } = await admin.exec({ query: text })
    return Buffer.concat(await stream.toArray()).toString('utf8')
  }

  async function close(): Promise<void> {
    for (const warehouse of opened) await warehouse.close()
    await front.close()
    await admin.close()
    await server?.close()
    session?.close()
    await rm(path, { recursive: true, force: true })
  }

  return { path, front, open, execute, close }
}

/** A shard whose address has the port of the engine itself is read inside the process. */
const clusterOfTwo = `<clickhouse>
  <tcp_port>9000</tcp_port>
  <remote_servers>
    <two>
      <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
      <shard><replica><host>localhost</host><port>9000</port></replica></shard>
    </two>
  </remote_servers>
</clickhouse>
`

/** The first connection to a folder brings the engine's configuration. */
async function openCluster(path: string): Promise<Session> {
  const file = join(path, 'cluster.xml')
  await writeFile(file, clusterOfTwo)
  return new Session(path, { connectionArgs: [`--config-file=${file}`] })
}

/** A statement of a select, with its values as `{p0:String}` and so on. */
export function statement(select: string, ...values: readonly (string | Parameter)[]): Statement {
  const parameters = values.map((value, index) =>
    typeof value === 'string' ? ({ name: `p${index}`, type: 'String', value } as const) : value,
  )
  const text = `${select}\nSETTINGS output_format_json_quote_64bit_integers = 1\nFORMAT JSONColumnsWithMetadata`
  return Statement.of(text, parameters)
}

/** No signal, and all the time that a test has. */
export const unhurried = { signal: undefined, timeoutMs: 20_000 }
