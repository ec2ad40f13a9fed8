import { createSecretKey, randomBytes } from 'node:crypto'
import type { DataSource } from '../../src/catalogue/data-source.ts'
import type { DataSources } from '../../src/data-sources/data-sources.ts'
import { createStoredSecrets } from '../../src/data-sources/secrets/stored-secrets.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { type Warehouses, warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { silent } from './tokens.ts'

/** What a server without data sources of its own needs of them. */
export function someSources(store: Store) {
  const encryptionKeys = { current: createSecretKey(randomBytes(32)), previous: null }
  const secrets = createStoredSecrets({ store, encryptionKeys, log: silent })
  return { dataSources: givenSources(), secrets, encryptionKeys }
}

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
