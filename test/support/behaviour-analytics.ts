import type { GuestTokenPayload } from '../../src/access/payload.ts'
import { type Analytics, createAnalytics } from '../../src/analytics/analytics.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { warehousesNamed } from '../../src/warehouse/warehouses.ts'
import { testScope } from './scope.ts'

export interface AskedOf {
  readonly catalogue: Catalogue
  readonly warehouse: Warehouse
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The questions of a tenant in a catalogue, without a server. */
export function analyticsOf(
  { catalogue, warehouse, now }: AskedOf,
  tenant: string,
  grants: Partial<GuestTokenPayload> = {},
): Analytics {
  return createAnalytics(testScope(tenant, grants), {
    catalogue,
    warehouses: warehousesNamed([['warehouse', warehouse]]),
    limits: defaultLimits,
    questionsPerRequest: 50,
    now: now * 1000,
    signal: undefined,
    tellsCost: false,
    inTurn: (run) => run(),
  })
}
