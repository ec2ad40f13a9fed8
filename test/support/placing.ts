import { createNeighbours } from '../../src/access/places/neighbours.ts'
import { createPlacing } from '../../src/access/places/placing.ts'
import type { RegisteredTenants } from '../../src/access/places/registered-tenants.ts'

const nobody: RegisteredTenants = {
  find: () => null,
  neighbours: (_, routing) => createNeighbours(routing),
  isCurrent: () => true,
  note: () => undefined,
  onChange: () => undefined,
  watch: async () => async () => undefined,
}

/** By the model's rule alone, as if no tenant were registered, in whatever region. */
export const placedByRule = createPlacing({
  tenants: nobody,
  regions: { areUsed: false, isHere: () => true, require: () => undefined },
})
