import { LRUCache } from 'lru-cache'
import type { Network } from '../access/networks.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { ClickHouseServer, DataSource, PostgresServer } from '../catalogue/data-source.ts'
import { TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { CatalogueCache } from '../model/catalogue-cache.ts'
import { environmentKey } from '../model/repository.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import { clickhouse } from '../warehouse/clickhouse/dialect.ts'
import { postgres } from '../warehouse/postgres/dialect.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { WarehousePlace, Warehouses } from '../warehouse/warehouses.ts'
import type { KeptValues } from './kept-values.ts'
import { leasedWarehouse } from './leased.ts'
import { openTarget } from './open.ts'
import { createPools, type Lease } from './pools.ts'
import { isInstallations, type Obstacle, type OwnKind, targetOf } from './target.ts'
import { type Trial, tryDataSources } from './trial.ts'

/**
 * What this process is connected to, for all environments. What is no longer in an environment's model, or has another secret
 * there, is closed when its last statement has ended.
 */
export interface DataSources {
  /** Those of an environment by its model, bound for a request that is answered from this catalogue. */
  of(environment: EnvironmentIdentity, catalogue: Catalogue): Warehouses
  /** Connects to what a model would bring, beside what is open; it is closed by whoever asked. */
  try(environment: EnvironmentIdentity, definitions: readonly DataSource[]): Promise<Trial>
  close(): Promise<void>
}

export interface DataSourcesOptions {
  readonly own: { readonly kind: OwnKind; readonly warehouse: Warehouse }
  readonly values: KeptValues
  readonly catalogues: Pick<CatalogueCache, 'get' | 'onChange'>
  readonly log: Logger
  readonly settings: DataSourceSettings
  /** For how long one stays open that nobody asks; a minute unless it is given. */
  readonly idleMs?: number
}

export interface DataSourceSettings {
  /** How many may be open at a time, each database of PostgreSQL being one. */
  readonly openMax: number
  /** Of one whose definition does not say how many. */
  readonly connections: number
  readonly networks: readonly Network[] | null
}

type Server = ClickHouseServer | PostgresServer

const idleMsByDefault = 60_000
const told = { max: 1_000, ttl: 60_000 }

export function createDataSources(options: DataSourcesOptions): DataSources {
  const { own, values, catalogues, log, settings, idleMs = idleMsByDefault } = options
  const onCloseFailure = (error: unknown) =>
    log.warn({ err: error }, 'a data source could not be closed in order')
  const pools = createPools({ openMax: settings.openMax, idleMs, onCloseFailure })
  /** By environment, what its model had when it was last looked at; any where it was not yet. */
  const identities = new Map<string, ReadonlySet<string>>()
  /** Whose pools may be open. */
  const asking = new Map<string, EnvironmentIdentity>()
  const logged = new LRUCache<string, true>(told)

  function find(
    environment: EnvironmentIdentity,
    definition: DataSource | undefined,
    database: string | null,
  ): Warehouse | null {
    if (definition === undefined) return null
    if (isInstallations(definition, own.kind)) return database === null ? own.warehouse : null
    if (definition.kind === 'chdb' || (definition.kind === 'clickhouse' && database !== null)) return null
    return leasedWarehouse({
      name: definition.name,
      dialect: definition.kind === 'postgres' ? postgres : clickhouse,
      lease: (end) => lease(environment, definition, database, end),
    })
  }

  async function lease(
    environment: EnvironmentIdentity,
    definition: Server,
    database: string | null,
    end: AbortSignal,
  ): Promise<Lease> {
    const { environmentId } = environment
    const outcome = targetOf(environmentId, definition, database, values)
    if ('obstacles' in outcome) throw unusable(environmentId, definition, outcome.obstacles)
    const { target } = outcome
    const { identity } = target
    const connections = definition.connections ?? settings.connections
    asking.set(environmentKey(environment), environment)
    return pools.lease(
      {
        key: JSON.stringify([identity, database]),
        group: identity,
        connections: definition.kind === 'postgres' ? connections : null,
        open: () => openTarget(target, { log, connections, networks: settings.networks }),
        isWanted: () => identities.get(environmentId)?.has(identity) ?? true,
      },
      end,
    )
  }

  function unusable(
    environmentId: string,
    { name: dataSource }: Server,
    obstacles: readonly Obstacle[],
  ): TesseraError {
    for (const { path, expected } of obstacles) {
      const line = JSON.stringify([environmentId, dataSource, path, expected])
      if (logged.has(line)) continue
      logged.set(line, true)
      log.warn({ environmentId, dataSource, at: path.join('.'), expected }, 'a data source cannot be used')
    }
    return new TesseraError('WAREHOUSE_UNAVAILABLE', {
      cause: new Error(`The data source ${dataSource} cannot be used.`),
    })
  }

  /** A model or a secret of it is another one. */
  async function renew(environment: EnvironmentIdentity): Promise<void> {
    const { environmentId } = environment
    const { dataSources } = await catalogues.get(environment)
    const current = [...dataSources.values()].flatMap((definition) => {
      if (definition.kind === 'chdb') return []
      const outcome = targetOf(environmentId, definition, null, values)
      return 'target' in outcome ? [outcome.target.identity] : []
    })
    identities.set(environmentId, new Set(current))
    pools.tidy()
  }

  function renewWhoAsks(key: string): void {
    const environment = asking.get(key)
    if (environment === undefined) return
    renew(environment).catch((error: unknown) =>
      log.warn({ err: error }, 'data sources that changed stay open until nobody asks them'),
    )
  }

  catalogues.onChange(renewWhoAsks)
  values.onChange((environment) => renewWhoAsks(environmentKey(environment)))

  return Object.freeze({
    of: (environment, { dataSources }) =>
      Object.freeze({
        find: ({ dataSource, database }: WarehousePlace) =>
          find(environment, dataSources.get(dataSource), database),
      }),
    try: (environment, definitions) =>
      tryDataSources(environment, definitions, { own, values, log, networks: settings.networks }),
    close: pools.close,
  } satisfies DataSources)
}
