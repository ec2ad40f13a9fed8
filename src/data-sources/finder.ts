import { LRUCache } from 'lru-cache'
import type { Network } from '../access/networks.ts'
import type { ClickHouseServer, DataSource, PostgresServer } from '../catalogue/data-source.ts'
import { TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { clickhouseServer } from '../warehouse/clickhouse/dialect.ts'
import { postgres } from '../warehouse/postgres/dialect.ts'
import { createStreamPlaces, type StreamPlaces } from '../warehouse/stream-places.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { KeptValues } from './kept-values.ts'
import { leasedWarehouse } from './leased.ts'
import { openTarget } from './open.ts'
import type { Lease, Pools } from './pools.ts'
import { isInstallations, type Obstacle, type OwnKind, targetOf } from './target.ts'

export interface FinderOptions {
  readonly own: { readonly kind: OwnKind; readonly warehouse: Warehouse }
  readonly values: KeptValues
  readonly log: Logger
  readonly pools: Pools
  /** Of one whose definition does not say how many. */
  readonly connections: number
  readonly networks: readonly Network[] | null
  /** Whether the next statement may want what one was opened for. */
  readonly isWanted: (environmentId: string, identity: string) => boolean
}

/** The warehouse of a definition, or another database of it; null where there is none. Nothing is opened by that. */
export type Find = (
  environmentId: string,
  definition: DataSource,
  database: string | null,
) => Warehouse | null

const told = { max: 1_000, ttl: 60_000 }

export function createFinder(options: FinderOptions): Find {
  const { own, values, log, pools, networks, isWanted } = options
  const logged = new LRUCache<string, true>(told)
  const places = new LRUCache<string, StreamPlaces>({ max: 1_000 })

  /** All databases of a server of PostgreSQL have the connections together, of which files take half at the most. */
  function streamPlaces(
    environmentId: string,
    definition: ClickHouseServer | PostgresServer,
  ): StreamPlaces | null {
    const outcome = targetOf(environmentId, definition, null, values)
    if (definition.kind !== 'postgres' || 'obstacles' in outcome) return null
    const { identity } = outcome.target
    const connections = definition.connections ?? options.connections
    const found = places.get(identity) ?? createStreamPlaces(Math.max(1, Math.floor(connections / 2)))
    places.set(identity, found)
    return found
  }

  async function lease(
    environmentId: string,
    definition: ClickHouseServer | PostgresServer,
    database: string | null,
    end: AbortSignal,
  ): Promise<Lease> {
    const outcome = targetOf(environmentId, definition, database, values)
    if ('obstacles' in outcome) throw unusable(environmentId, definition.name, outcome.obstacles)
    const { target } = outcome
    const { identity } = target
    const connections = definition.connections ?? options.connections
    return pools.lease(
      {
        key: JSON.stringify([identity, database]),
        group: identity,
        connections: definition.kind === 'postgres' ? connections : null,
        open: () => openTarget(target, { log, connections, networks }),
        isWanted: () => isWanted(environmentId, identity),
      },
      end,
    )
  }

  /** Once a minute for each, since whoever asks asks again. */
  function unusable(environmentId: string, dataSource: string, obstacles: readonly Obstacle[]): TesseraError {
    for (const { path, expected } of obstacles) {
      const line = JSON.stringify([environmentId, dataSource, path, expected])
      if (logged.has(line)) continue
      logged.set(line, true)
      log.warn({ environmentId, dataSource, at: path.join('.'), expected }, 'a data source cannot be used')
    }
    const cause = new Error(`The data source ${dataSource} cannot be used.`)
    return new TesseraError('WAREHOUSE_UNAVAILABLE', { cause })
  }

  return (environmentId, definition, database) => {
    if (isInstallations(definition, own.kind)) return database === null ? own.warehouse : null
    if (definition.kind === 'chdb' || (definition.kind === 'clickhouse' && database !== null)) return null
    return leasedWarehouse({
      name: definition.name,
      dialect: definition.kind === 'postgres' ? postgres : clickhouseServer,
      lease: (end) => lease(environmentId, definition, database, end),
      streamPlaces: () => streamPlaces(environmentId, definition),
    })
  }
}
