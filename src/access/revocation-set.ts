import { clockToleranceSeconds } from './payload.ts'

/** What tokens that end before their time have in common. */
export type RevocationTarget =
  | { readonly kind: 'token'; readonly tokenId: string }
  | { readonly kind: 'viewer'; readonly tenantId: string; readonly subject: string }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'signing_key'; readonly keyId: string }
  | { readonly kind: 'api_key'; readonly apiKeyId: string }

export interface Revocation {
  readonly organizationId: string
  readonly environmentId: string
  readonly target: RevocationTarget
  /** Microseconds since 1970, by the store's clock. */
  readonly revokedAt: number
  /** Milliseconds since 1970: no token that it is about lives longer. */
  readonly expiresAt: number
}

/** What of a token decides whether it was revoked. */
export interface RevocableToken {
  readonly organizationId: string
  readonly environmentId: string
  readonly tenantId: string
  readonly subject: string | null
  readonly tokenId: string
  /** The key that signed it. */
  readonly keyId: string
  /** The key that it was minted with; null where it says nothing of one. */
  readonly apiKeyId: string | null
  readonly issuedAt: Date
  /** Microseconds since 1970, by the store's clock; null where the token was not minted here. */
  readonly mintedAt: number | null
}

/** The revocations of a process, in memory: a look-up costs half a microsecond, however many there are. */
export interface RevocationSet {
  add(revocation: Revocation): void
  covers(token: RevocableToken): boolean
  /** Lets go of those that no living token can match. */
  sweep(nowMs: number): void
  /** How many there are. */
  readonly size: number
}

interface End {
  readonly revokedAt: number
  readonly expiresAt: number
}

export function createRevocationSet(): RevocationSet {
  const ends = new Map<string, End>()

  function endOf(token: RevocableToken, target: RevocationTarget): number {
    return ends.get(keyOf(token, target))?.revokedAt ?? Number.NEGATIVE_INFINITY
  }

  return {
    add({ target, revokedAt, expiresAt, ...environment }) {
      const key = keyOf(environment, target)
      const known = ends.get(key)
      ends.set(key, {
        revokedAt: Math.max(revokedAt, known?.revokedAt ?? revokedAt),
        expiresAt: Math.max(expiresAt, known?.expiresAt ?? expiresAt),
      })
    },
    covers(token) {
      if (ends.size === 0) return false
      const { tenantId, subject, tokenId, keyId, apiKeyId } = token
      const named = (target: RevocationTarget) => ends.has(keyOf(token, target))
      if (named({ kind: 'token', tokenId }) || named({ kind: 'signing_key', keyId })) return true
      if (apiKeyId !== null && named({ kind: 'api_key', apiKeyId })) return true
      const mintedAt = earliestMinting(token)
      if (mintedAt <= endOf(token, { kind: 'tenant', tenantId })) return true
      return subject !== null && mintedAt <= endOf(token, { kind: 'viewer', tenantId, subject })
    },
    sweep(nowMs) {
      for (const [key, { expiresAt }] of ends) if (expiresAt <= nowMs) ends.delete(key)
    },
    get size() {
      return ends.size
    },
  }
}

/** `iat` has whole seconds of another clock, which may run ahead; such a token counts as minted as early as it could be. */
function earliestMinting({ mintedAt, issuedAt }: RevocableToken): number {
  return mintedAt ?? (issuedAt.getTime() - clockToleranceSeconds * 1000) * 1000
}

type Environment = Pick<Revocation, 'organizationId' | 'environmentId'>

/** Parts between U+0000, which none of them can hold: no two targets share a key. */
function keyOf({ organizationId, environmentId }: Environment, target: RevocationTarget): string {
  return `${organizationId}\0${environmentId}\0${target.kind}\0${nameOf(target)}`
}

function nameOf(target: RevocationTarget): string {
  switch (target.kind) {
    case 'token':
      return target.tokenId
    case 'viewer':
      return `${target.tenantId}\0${target.subject}`
    case 'tenant':
      return target.tenantId
    case 'signing_key':
      return target.keyId
    case 'api_key':
      return target.apiKeyId
  }
}
