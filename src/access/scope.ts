import type { VerifiedClaims } from './claims.ts'
import type { Grants } from './grants.ts'

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
  readonly grants: Grants

  private constructor(claims: VerifiedClaims) {
    this.organizationId = claims.organizationId
    this.environmentId = claims.environmentId
    this.tenantId = claims.tenantId
    this.subject = claims.subject
    this.tokenId = claims.tokenId
    this.#expiresAtMs = claims.expiresAt.getTime()
    this.grants = claims.grants
    Object.freeze(this)
  }

  /** A new Date each time: a Date cannot be frozen. */
  get expiresAt(): Date {
    return new Date(this.#expiresAtMs)
  }

  /** Only access/credential.ts calls this; the import rules hold that. */
  static of(claims: VerifiedClaims): Scope {
    return new Scope(claims)
  }

  /** Whether a value really came from here; for walls that do not rely on types. */
  static isScope(value: unknown): value is Scope {
    return typeof value === 'object' && value !== null && #made in value
  }
}
