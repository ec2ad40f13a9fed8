import type { Catalogue } from '../catalogue/catalogue.ts'
import type { DataSource } from '../catalogue/data-source.ts'
import type { CatalogueCache } from '../model/catalogue-cache.ts'
import { environmentKey } from '../model/repository.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import type { WarehousePlace, Warehouses } from '../warehouse/warehouses.ts'
import { createFinder, type FinderOptions } from './finder.ts'
import { createPools } from './pools.ts'
import { targetOf } from './target.ts'
import { type Trial, tryDataSources } from './trial.ts'

/**
 * What this process is connected to, for all environments. What is no longer in an environment's model, or has another secret
 * there, is closed when its last statement has ended.
 */
export interface DataSources {
  /** Those of an environment by its model, bound for a request that is answered from this catalogue. */
  of(environment: EnvironmentIdentity, catalogue: Pick<Catalogue, 'dataSources'>): Warehouses
  /** Connects to what a model would bring, beside what is open; it is closed by whoever asked. */
  try(environment: EnvironmentIdentity, definitions: readonly DataSource[]): Promise<Trial>
  close(): Promise<void>
}

export interface DataSourcesOptions extends Pick<FinderOptions, 'own' | 'values' | 'log'> {
  readonly catalogues: Pick<CatalogueCache, 'get' | 'onChange'>
  readonly settings: DataSourceSettings
  /** For how long one stays open that nobody asks; a minute unless it is given. */
  readonly idleMs?: number
}

export interface DataSourceSettings extends Pick<FinderOptions, 'connections' | 'networks'> {
  /** How many may be open at a time, each database of PostgreSQL being one. */
  readonly openMax: number
}

const idleMsByDefault = 60_000

export function createDataSources(options: DataSourcesOptions): DataSources {
  const { own, values, catalogues, log, settings, idleMs = idleMsByDefault } = options
  const { openMax, connections, networks } = settings
  const onCloseFailure = (error: unknown) =>
    log.warn({ err: error }, 'a data source could not be closed in order')
  const pools = createPools({ openMax, idleMs, onCloseFailure })
  /** By environment, what its model had when it was last looked at; any where it was not yet. */
  const identities = new Map<string, ReadonlySet<string>>()
  /** Whose data sources may be open. */
  const asking = new Map<string, EnvironmentIdentity>()
  const find = createFinder({
    ...{ own, values, log, pools, connections, networks },
    isWanted: (environmentId, identity) => identities.get(environmentId)?.has(identity) ?? true,
  })

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
    of: (environment, { dataSources }) => {
      const { organizationId, environmentId } = environment
      asking.set(environmentKey(environment), { organizationId, environmentId })
      return Object.freeze({
        find: ({ dataSource, database }: WarehousePlace) => {
          const definition = dataSources.get(dataSource)
          return definition === undefined ? null : find(environmentId, definition, database)
        },
      })
    },
    try: (environment, definitions) =>
      tryDataSources(environment, definitions, { own, values, log, networks }),
    close: pools.close,
  } satisfies DataSources)
}
