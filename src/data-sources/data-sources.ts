import type { Catalogue } from '../catalogue/catalogue.ts'
import type { EnvironmentIdentity } from '../store/store.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'

/** What this process is connected to, for all environments. */
export interface DataSources {
  /** Those of an environment by its model, bound for a request that is answered from this catalogue. */
  of(environment: EnvironmentIdentity, catalogue: Catalogue): Warehouses
}
