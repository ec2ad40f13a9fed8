import { createRegions } from '../../src/access/places/regions.ts'
import { createRegisteredTenants } from '../../src/access/places/registered-tenants.ts'
import { createLogger } from '../../src/log.ts'
import type { Store } from '../../src/store/store.ts'
import { createUsageLog } from '../../src/usage/usage-log.ts'
import { placedByRule } from './placing.ts'

/** For servers whose tests are not about where tenants are: as if none were registered. */
export function somePlaces(store: Store) {
  const log = createLogger('silent')
  const registered = createRegisteredTenants({ store, log, outageMaxMs: 60_000 })
  const usage = createUsageLog({ store, log, isSecret: () => false })
  const regions = createRegions(null, new Map())
  return { placing: placedByRule, registered, regions, usage }
}
