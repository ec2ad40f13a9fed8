import type { Attributes } from '../attributes.ts'
import { createNeighbours, isAlone } from './neighbours.ts'
import { addressOf, noEntry, type Place } from './place.ts'
import type { Routing } from './routing.ts'

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
  /** @throws TesseraError */
  of(claims: PlacedClaims, routing: Routing): Placed
}

/** By the model's rule alone, as if no tenant were registered. */
export const placedByRule: Placing = Object.freeze({
  of: ({ tenantId, attributes }: PlacedClaims, routing: Routing) => {
    const address = addressOf(tenantId, noEntry, routing)
    const place =
      address === null
        ? null
        : Object.freeze({ ...address, isOwn: isAlone(address, routing, createNeighbours(routing)) })
    return Object.freeze({ place, region: routing.rule?.region ?? null, attributes: [attributes] as const })
  },
})
