import type { ApiKeyScope } from './api-key-scopes.ts'
import type { Network } from './networks.ts'

/** What an API key may do, and where. What is made with it may do no more. */
export interface HostBounds {
  readonly scopes: readonly ApiKeyScope[]
  /** Patterns of the tenants that it may act for; null for any. */
  readonly tenants: readonly string[] | null
  /** The addresses that it may come from; null for any. */
  readonly networks: readonly Network[] | null
  readonly expiresAt: Date | null
}

/** An API key as the store knows it, after the presented secret was found to be its own. */
export interface HostKey extends HostBounds {
  readonly organizationId: string
  readonly environmentId: string
  readonly apiKeyId: string
}

/** Whom a verified API key speaks for. Like Scope, it has one maker and an object of its shape is not one. */
export class HostIdentity implements HostBounds {
  readonly #made = true
  readonly #expiresAtMs: number | null
  readonly organizationId: string
  readonly environmentId: string
  readonly apiKeyId: string
  readonly scopes: readonly ApiKeyScope[]
  readonly tenants: readonly string[] | null
  readonly networks: readonly Network[] | null

  private constructor(key: HostKey) {
    this.organizationId = key.organizationId
    this.environmentId = key.environmentId
    this.apiKeyId = key.apiKeyId
    this.scopes = Object.freeze([...key.scopes])
    this.tenants = key.tenants === null ? null : Object.freeze([...key.tenants])
    this.networks = key.networks === null ? null : Object.freeze([...key.networks])
    this.#expiresAtMs = key.expiresAt?.getTime() ?? null
    Object.freeze(this)
  }

  /** A new Date each time: a Date cannot be frozen. */
  get expiresAt(): Date | null {
    return this.#expiresAtMs === null ? null : new Date(this.#expiresAtMs)
  }

  /** Only access/credential.ts calls this; the import rules hold that. */
  static of(key: HostKey): HostIdentity {
    return new HostIdentity(key)
  }

  static isHostIdentity(value: unknown): value is HostIdentity {
    return typeof value === 'object' && value !== null && #made in value
  }
}
