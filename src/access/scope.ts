import type { Attributes } from './attributes.ts'
import type { VerifiedClaims } from './claims.ts'
import type { Permissions } from './permissions.ts'
import type { Place } from './places/place.ts'
import type { Placed } from './places/placing.ts'

/**
 * What one verified request may see. The plan, the compiler and the warehouse take nothing else, it has no
 * public constructor, and an object of the same shape does not type-check as one.
 */
export class Scope {
  /** A private member: TypeScript then compares by declaration, not by shape. */
  readonly #made = true
  readonly #expiresAtMs: number
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly subject: string | null
  readonly tokenId: string
  readonly role: string | null
  /** The token's, and of the tenant what the token does not name. */
  readonly attributes: Attributes
  /** Row rules must hold for each of them. */
  readonly attributeReadings: readonly Attributes[]
  /** Where the tenant's rows are, as far as the model leaves it to tenants; nothing of it is a client's. */
  readonly place: Place | null
  /** The region that the tenant is pinned to. */
  readonly region: string | null
  readonly permissions: Permissions

  private constructor(
    claims: VerifiedClaims,
    permissions: Permissions,
    { place, region, attributes }: Placed,
  ) {
    this.organizationId = claims.organizationId
    this.environmentId = claims.environmentId
    this.tenantId = claims.tenantId
    this.subject = claims.subject
    this.tokenId = claims.tokenId
    this.#expiresAtMs = claims.expiresAt.getTime()
    this.role = claims.role
    this.attributes = attributes[0]
    this.attributeReadings = attributes
    this.place = place
    this.region = region
    this.permissions = permissions
    Object.freeze(this)
  }

  /** A new Date each time: a Date cannot be frozen. */
  get expiresAt(): Date {
    return new Date(this.#expiresAtMs)
  }

  /** Only access/layers.ts and access/planned.ts call this; the import rules hold that. */
  static of(claims: VerifiedClaims, permissions: Permissions, placed: Placed): Scope {
    return new Scope(claims, permissions, placed)
  }

  /** Whether a value really came from here; for walls that do not rely on types. */
  static isScope(value: unknown): value is Scope {
    return typeof value === 'object' && value !== null && #made in value
  }
}
