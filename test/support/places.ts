import { placedByRule } from '../../src/access/places/placing.ts'
import { createRegisteredTenants } from '../../src/access/places/registered-tenants.ts'
import { createLogger } from '../../src/log.ts'
import type { Store } from '../../src/store/store.ts'

/** For servers whose tests are not about where tenants are: as if none were registered. */
export function somePlaces(store: Store) {
  const registered = createRegisteredTenants({ store, log: createLogger('silent'), outageMaxMs: 60_000 })
  return { placing: placedByRule, registered }
}
