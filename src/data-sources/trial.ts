import type { Network } from '../access/networks.ts'
import type { DataSource } from '../catalogue/data-source.ts'
import type { Logger } from '../log.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { WarehousePlace, Warehouses } from '../warehouse/warehouses.ts'
import { obstacleIn } from './failure.ts'
import type { KeptValues } from './kept-values.ts'
import { leasedWarehouse } from './leased.ts'
import { openTarget } from './open.ts'
import { isInstallations, type Obstacle, type OwnKind, ownName, targetOf } from './target.ts'

/** The data sources of a model that is not in force. */
export interface Trial {
  /** Those that answer. */
  readonly warehouses: Warehouses
  /** What keeps the others from it, by the name of the data source. */
  readonly obstacles: ReadonlyMap<string, readonly Obstacle[]>
  close(): Promise<void>
}

export interface TrialOptions {
  readonly own: { readonly kind: OwnKind; readonly warehouse: Warehouse }
  readonly values: KeptValues
  readonly log: Logger
  readonly networks: readonly Network[] | null
}

const pingTimeoutMs = 5_000
/** Tables are described a few at a time. */
const connections = 4

/** Each is connected to and asked, all of them at once. */
export async function tryDataSources(
  { environmentId }: EnvironmentIdentity,
  definitions: readonly DataSource[],
  options: TrialOptions,
): Promise<Trial> {
  const { own, values, log, networks } = options
  const answering = new Map<string, Warehouse>()
  const obstacles = new Map<string, readonly Obstacle[]>()
  const opened: Warehouse[] = []

  async function tryOne(definition: DataSource): Promise<void> {
    const { name } = definition
    if (isInstallations(definition, own.kind)) return void answering.set(name, own.warehouse)
    if (definition.kind === 'chdb') return void obstacles.set(name, [{ path: ['name'], expected: onlyOne }])
    const outcome = targetOf(environmentId, definition, null, values)
    if ('obstacles' in outcome) return void obstacles.set(name, outcome.obstacles)
    try {
      const warehouse = await openTarget(outcome.target, { log, connections, networks })
      opened.push(warehouse)
      await warehouse.ping(pingTimeoutMs)
      answering.set(name, leasedBy(warehouse))
    } catch (error) {
      obstacles.set(name, [placed(obstacleIn(error), definition)])
    }
  }

  async function close(): Promise<void> {
    await Promise.all(opened.map((warehouse) => warehouse.close()))
  }

  await Promise.all(definitions.map(tryOne))
  const find = ({ dataSource, database }: WarehousePlace) =>
    database === null ? (answering.get(dataSource) ?? null) : null
  return Object.freeze({ warehouses: Object.freeze({ find }), obstacles, close })
}

/** What goes wrong with it is told as of those that are in force. */
function leasedBy(warehouse: Warehouse): Warehouse {
  const { name, dialect } = warehouse
  return leasedWarehouse({ name, dialect, lease: async () => ({ warehouse, release: () => undefined }) })
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
