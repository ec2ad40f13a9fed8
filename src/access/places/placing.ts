import { TesseraError } from '../../errors.ts'
import { type Attributes, readingsOf } from '../attributes.ts'
import { refused } from '../refusal.ts'
import { tenantErased } from './hold-tenant.ts'
import { isAlone, type Neighbours } from './neighbours.ts'
import { addressOf, noEntry, type Place, type PlaceEntry } from './place.ts'
import type { Regions } from './regions.ts'
import type { RegisteredTenants } from './registered-tenants.ts'
import type { Routing } from './routing.ts'
import { isErased, type RegisteredTenant } from './tenant-rows.ts'

/** Whose place is asked for, as a verified token says it. */
export interface PlacedClaims {
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly subject: string | null
  readonly tokenId: string
  readonly attributes: Attributes
}

/** What is known of a token's tenant beside the token. */
export interface Placed {
  /** Null where the tenant has none: then there is nothing of what the model leaves to places. */
  readonly place: Place | null
  /** The region that the tenant is pinned to. */
  readonly region: string | null
  /** The token's with the tenant's own beside them; where both name one attribute, row rules must hold for either reading. */
  readonly attributes: readonly [Attributes, ...Attributes[]]
}

/** Where tenants are. Nothing is asked of a store to know it. */
export interface Placing {
  /**
   * @throws TesseraError WRONG_REGION, UNAUTHENTICATED where the tenant was erased, STORE_UNAVAILABLE where it could not be
   *   known for too long where tenants are
   */
  of(claims: PlacedClaims, routing: Routing): Placed
  /** @throws TesseraError UNAUTHENTICATED where the tenant was erased */
  requireKept(claims: PlacedClaims): void
  /**
   * As `of`, before there is a token.
   * @throws TesseraError WRONG_REGION, STORE_UNAVAILABLE; BAD_USER_INPUT where the tenant was erased
   */
  requireHere(environmentId: string, tenantId: string, routing: Routing): void
  /** Whether nothing of the tenant but its id may be told to a log: it was erased, or is pinned to another region. */
  isSecret(environmentId: string, tenantId: string): boolean
}

export interface PlacingOptions {
  readonly tenants: RegisteredTenants
  readonly regions: Regions
}

export function createPlacing({ tenants, regions }: PlacingOptions): Placing {
  /** The pin of a model's rule, by environment, as it was last met. */
  const ruled = new Map<string, string | null>()

  function pinOf(entry: PlaceEntry | null, { rule }: Routing): string | null {
    return entry?.region ?? rule?.region ?? null
  }

  function requireCurrent(): void {
    if (!tenants.isCurrent()) throw new TesseraError('STORE_UNAVAILABLE', { retryAfterSeconds: 1 })
  }

  function keptEntry(claims: PlacedClaims): RegisteredTenant | null {
    const { organizationId, environmentId, tenantId, subject, tokenId } = claims
    const entry = tenants.find(environmentId, tenantId)
    if (entry === null || !isErased(entry)) return entry
    throw refused('tenant_erased', { organizationId, environmentId, tenantId, subject, tokenId })
  }

  return Object.freeze({
    requireKept: (claims) => void keptEntry(claims),
    of(claims, routing) {
      const { environmentId, tenantId } = claims
      requireCurrent()
      const entry = keptEntry(claims)
      const region = pinOf(entry, routing)
      ruled.set(environmentId, routing.rule?.region ?? null)
      regions.require(region)
      const place = placeOf(tenantId, entry ?? noEntry, routing, () =>
        tenants.neighbours(environmentId, routing),
      )
      const attributes = readingsOf(claims.attributes, entry?.attributes ?? null)
      return Object.freeze({ place, region, attributes })
    },
    requireHere(environmentId, tenantId, routing) {
      requireCurrent()
      const entry = tenants.find(environmentId, tenantId)
      ruled.set(environmentId, routing.rule?.region ?? null)
      regions.require(pinOf(entry, routing))
      if (entry === null || !isErased(entry)) return
      throw tenantErased()
    },
    isSecret(environmentId, tenantId) {
      const entry = tenants.find(environmentId, tenantId)
      if (entry !== null && isErased(entry)) return true
      const pin = entry?.region ?? ruled.get(environmentId)
      // Until the environment's model was met, nobody knows whom its rule pins elsewhere.
      return pin === undefined ? regions.areUsed : !regions.isHere(pin)
    },
  } satisfies Placing)
}

function placeOf(
  tenantId: string,
  entry: PlaceEntry,
  routing: Routing,
  neighbours: () => Neighbours,
): Place | null {
  if (routing.rule === null && entry.dataSource === null) return null
  const address = addressOf(tenantId, entry, routing)
  return address === null
    ? null
    : Object.freeze({ ...address, isOwn: isAlone(address, routing, neighbours()) })
}
