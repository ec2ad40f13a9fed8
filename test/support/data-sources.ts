import type { DataSource } from '../../src/catalogue/data-source.ts'
import type { DataSources } from '../../src/data-sources/data-sources.ts'
import type { EnvironmentIdentity } from '../../src/store/store.ts'
import { type Warehouses, warehousesNamed } from '../../src/warehouse/warehouses.ts'

/** The same for whoever asks and whatever the model says of them. */
export function givenSources(warehouses: Warehouses = warehousesNamed([])): Pick<DataSources, 'of' | 'try'> {
  return {
    of: () => warehouses,
    try: async (_: EnvironmentIdentity, definitions: readonly DataSource[]) => {
      const missing = definitions.filter(
        ({ name }) => warehouses.find({ dataSource: name, database: null }) === null,
      )
      const obstacle = { path: ['name'], expected: 'a name that is given' }
      return {
        warehouses,
        obstacles: new Map(missing.map(({ name }) => [name, [obstacle]])),
        close: async () => undefined,
      }
    },
  }
}
