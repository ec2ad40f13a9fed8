import { type Attributes, attributesOf } from './attributes.ts'
import type { Grants } from './grants.ts'
import { type GuestTokenPayload, grantsOf } from './payload.ts'
import type { Signer } from './signer.ts'

type KeyOwner = Pick<Signer, 'organizationId' | 'environmentId' | 'keyId' | 'issuerId'>

/** What a token says, after its signature, its times and its form were checked. Only access/verify.ts makes it, and access/planned.ts for a host's own plans. */
export class VerifiedClaims {
  readonly #made = true
  readonly #payload: GuestTokenPayload
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly subject: string | null
  readonly tokenId: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly keyId: string
  /** Of the host's own issuer that signed it; null where it was Tessera. */
  readonly issuerId: string | null
  readonly apiKeyId: string | null
  readonly familyId: string | null
  /** Microseconds since 1970, by the store's clock; null where the token was not minted here. */
  readonly mintedAt: number | null
  /** Names of the model's, to be looked up when the scope is made. */
  readonly role: string | null
  readonly policy: string | null
  readonly attributes: Attributes
  readonly grants: Grants

  private constructor(payload: GuestTokenPayload, key: KeyOwner) {
    this.#payload = payload
    this.organizationId = key.organizationId
    this.environmentId = key.environmentId
    this.tenantId = payload.tenant_id
    this.subject = payload.sub ?? null
    this.tokenId = payload.jti
    this.issuedAt = new Date(payload.iat * 1000)
    this.expiresAt = new Date(payload.exp * 1000)
    this.keyId = key.keyId
    this.issuerId = key.issuerId
    this.apiKeyId = payload.api_key_id ?? null
    this.familyId = payload.family_id ?? null
    this.mintedAt = payload.minted_at_us ?? null
    this.role = payload.role ?? null
    this.policy = payload.policy ?? null
    this.attributes = attributesOf(payload.attributes ?? {})
    this.grants = grantsOf(payload)
    Object.freeze(this)
  }

  /** The import rules hold who calls this. */
  static of(payload: GuestTokenPayload, key: KeyOwner): VerifiedClaims {
    return new VerifiedClaims(payload, key)
  }

  /** What the token says, for access/verify.ts, which can read it again. */
  static textOf(claims: VerifiedClaims): string {
    return JSON.stringify(claims.#payload)
  }

  static isVerified(value: unknown): value is VerifiedClaims {
    return typeof value === 'object' && value !== null && #made in value
  }
}
