import type { ApiKeyScope } from './api-key-scopes.ts'

/** An API key as the store knows it, after the presented secret was found to be its own. */
export interface HostKey {
  readonly organizationId: string
  readonly environmentId: string
  readonly apiKeyId: string
  readonly scopes: readonly ApiKeyScope[]
}

/** Whom a verified API key speaks for. Like Scope, it has one maker and an object of its shape is not one. */
export class HostIdentity {
  readonly #made = true
  readonly organizationId: string
  readonly environmentId: string
  readonly apiKeyId: string
  readonly scopes: readonly ApiKeyScope[]

  private constructor(key: HostKey) {
    this.organizationId = key.organizationId
    this.environmentId = key.environmentId
    this.apiKeyId = key.apiKeyId
    this.scopes = Object.freeze([...key.scopes])
    Object.freeze(this)
  }

  /** Only access/credential.ts calls this; the import rules hold that. */
  static of(key: HostKey): HostIdentity {
    return new HostIdentity(key)
  }

  static isHostIdentity(value: unknown): value is HostIdentity {
    return typeof value === 'object' && value !== null && #made in value
  }
}
