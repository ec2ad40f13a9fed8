import type { DataSource } from '../catalogue/data-source.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { WarehousePlace, Warehouses } from '../warehouse/warehouses.ts'
import { obstacleIn } from './failure.ts'
import { createFinder, type FinderOptions } from './finder.ts'
import { createPools } from './pools.ts'
import { isInstallations, type Obstacle, ownName, targetOf } from './target.ts'

/** The data sources of a model that is not in force, and is not by this. */
export interface Trial {
  /** Those that answer. */
  readonly warehouses: Warehouses
  /** What keeps the others from it, by the name of the data source. */
  readonly obstacles: ReadonlyMap<string, readonly Obstacle[]>
  close(): Promise<void>
}

export type TrialOptions = Pick<FinderOptions, 'own' | 'values' | 'log' | 'networks'>

const pingTimeoutMs = 5_000
/** Tables are described a few at a time. */
const connections = 4
const openMax = 20
const idleMs = 60_000

/** Each is connected to and asked, all of them at once. */
export async function tryDataSources(
  { environmentId }: EnvironmentIdentity,
  definitions: readonly DataSource[],
  options: TrialOptions,
): Promise<Trial> {
  const { own, values, log } = options
  const onCloseFailure = (error: unknown) =>
    log.warn({ err: error }, 'a data source could not be closed in order')
  const pools = createPools({ openMax, idleMs, onCloseFailure })
  const find = createFinder({ ...options, pools, connections, isWanted: () => true })
  const answering = new Map<string, DataSource>()
  const obstacles = new Map<string, readonly Obstacle[]>()

  async function obstaclesOf(definition: DataSource): Promise<readonly Obstacle[]> {
    if (isInstallations(definition, own.kind)) return []
    if (definition.kind === 'chdb') return [{ path: ['name'], expected: onlyOne }]
    const outcome = targetOf(environmentId, definition, null, values)
    if ('obstacles' in outcome) return outcome.obstacles
    try {
      await find(environmentId, definition, null)?.ping(pingTimeoutMs)
      return []
    } catch (error) {
      return [placed(obstacleIn(error), definition)]
    }
  }

  async function tryOne(definition: DataSource): Promise<void> {
    const found = await obstaclesOf(definition)
    if (found.length === 0) answering.set(definition.name, definition)
    else obstacles.set(definition.name, found)
  }

  function findAnswering({ dataSource, database }: WarehousePlace): Warehouse | null {
    const definition = answering.get(dataSource)
    return definition === undefined ? null : find(environmentId, definition, database)
  }

  await Promise.all(definitions.map(tryOne))
  return Object.freeze({
    warehouses: Object.freeze({ find: findAnswering }),
    obstacles,
    close: pools.close,
  })
}

const onlyOne = `the name ${ownName}: a process has one embedded warehouse, which is called that`

/** Where the document has no such member, the address is the closest. */
function placed({ path, expected }: Obstacle, definition: DataSource): Obstacle {
  const [member] = path
  if (definition.kind === 'chdb') return { path, expected }
  if (member === 'user' && definition.user !== null) return { path, expected }
  if (member === 'role' && definition.kind === 'postgres' && definition.role !== null)
    return { path, expected }
  return { path: definition.kind === 'clickhouse' ? ['urls', 0] : ['url'], expected }
}
