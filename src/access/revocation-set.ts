import { clockToleranceSeconds } from './payload.ts'

/** What tokens that end before their time have in common. */
export type RevocationTarget =
  | { readonly kind: 'token'; readonly tokenId: string }
  | { readonly kind: 'family'; readonly familyId: string }
  | { readonly kind: 'viewer'; readonly tenantId: string; readonly subject: string }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'signing_key'; readonly keyId: string }
  | { readonly kind: 'api_key'; readonly apiKeyId: string }
  | { readonly kind: 'issuer'; readonly issuerId: string }

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
  /** The host's own issuer that signed it; null where it was Tessera. */
  readonly issuerId: string | null
  /** The key that it was minted with; null where it says nothing of one. */
  readonly apiKeyId: string | null
  /** Of those that one refresh token led to; null where it came without one. */
  readonly familyId: string | null
  readonly issuedAt: Date
  /** Microseconds since 1970, by the store's clock; null where the token was not minted here. */
  readonly mintedAt: number | null
}

/** The revocations of a process, in memory: a look-up costs the same, however many there are. */
export interface RevocationSet {
  add(revocation: Revocation): void
  covers(token: RevocableToken): boolean
  /**
   * Whether its time of minting could be true. One that lies ahead would make a token that no revocation of its tenant or
   * viewer reaches.
   */
  isPlausible(token: RevocableToken): boolean
  /** Lets go of those that no living token can match. */
  sweep(nowMs: number): void
  /** How many there are. */
  readonly size: number
}

interface End {
  readonly revokedAt: number
  readonly expiresAt: number
}

/** By kind, and by what the target is called. */
type Ends = Readonly<Record<RevocationTarget['kind'], Map<string, End>>>

export function createRevocationSet(): RevocationSet {
  const environments = new Map<string, Ends>()
  const lastRevokedAt = new Map<string, number>()

  function endsOf(environment: Environment): Ends {
    const key = environmentKey(environment)
    const known = environments.get(key)
    if (known !== undefined) return known
    const maps = () => new Map<string, End>()
    const made = {
      token: maps(),
      family: maps(),
      viewer: maps(),
      tenant: maps(),
      signing_key: maps(),
      api_key: maps(),
      issuer: maps(),
    }
    environments.set(key, made)
    return made
  }

  return {
    add({ target, revokedAt, expiresAt, ...environment }) {
      const ends = endsOf(environment)[target.kind]
      const known = ends.get(nameOf(target))
      ends.set(nameOf(target), {
        revokedAt: Math.max(revokedAt, known?.revokedAt ?? revokedAt),
        expiresAt: Math.max(expiresAt, known?.expiresAt ?? expiresAt),
      })
      const key = environmentKey(environment)
      lastRevokedAt.set(key, Math.max(revokedAt, lastRevokedAt.get(key) ?? revokedAt))
    },
    covers(token) {
      const ends = environments.get(environmentKey(token))
      return ends !== undefined && isEnded(token, ends)
    },
    isPlausible(token) {
      const { mintedAt, issuedAt } = token
      if (mintedAt === null || mintedAt <= (issuedAt.getTime() + mintedAheadMaxMs) * 1000) return true
      // What is minted after a revocation says so, also by a clock that was set back.
      return mintedAt <= (lastRevokedAt.get(environmentKey(token)) ?? never) + 1
    },
    sweep(nowMs) {
      for (const [key, ends] of environments) {
        for (const [name, { expiresAt }, map] of entriesOf(ends)) if (expiresAt <= nowMs) map.delete(name)
        if (sizeOf(ends) > 0) continue
        environments.delete(key)
        lastRevokedAt.delete(key)
      }
    },
    get size() {
      return [...environments.values()].reduce((sum, ends) => sum + sizeOf(ends), 0)
    },
  }
}

function isEnded(token: RevocableToken, ends: Ends): boolean {
  const { tenantId, subject, tokenId, keyId, apiKeyId, familyId, issuerId } = token
  if (issuerId !== null && ends.issuer.has(issuerId)) return true
  if (ends.token.has(tokenId) || ends.signing_key.has(keyId)) return true
  // A family is called like its first token.
  if (familyId !== null && (ends.family.has(familyId) || ends.token.has(familyId))) return true
  if (apiKeyId !== null && ends.api_key.has(apiKeyId)) return true
  const mintedAt = earliestMinting(token)
  if (mintedAt <= (ends.tenant.get(tenantId)?.revokedAt ?? never)) return true
  if (subject === null || ends.viewer.size === 0) return false
  return mintedAt <= (ends.viewer.get(viewerName(tenantId, subject))?.revokedAt ?? never)
}

/** The store's clock and that of a process that signs differ by less, or tokens would be useless before. */
const mintedAheadMaxMs = 300_000
const never = Number.NEGATIVE_INFINITY

function* entriesOf(ends: Ends): Generator<readonly [string, End, Map<string, End>]> {
  for (const map of Object.values(ends)) for (const [name, end] of map) yield [name, end, map]
}

function sizeOf(ends: Ends): number {
  return Object.values(ends).reduce((sum, { size }) => sum + size, 0)
}

/** `iat` has whole seconds of another clock, which may run ahead; such a token counts as minted as early as it could be. */
function earliestMinting({ mintedAt, issuedAt }: RevocableToken): number {
  return mintedAt ?? (issuedAt.getTime() - clockToleranceSeconds * 1000) * 1000
}

type Environment = Pick<Revocation, 'organizationId' | 'environmentId'>

/** Parts between U+0000, which none of them can hold: no two share a key. */
function environmentKey({ organizationId, environmentId }: Environment): string {
  return `${organizationId}\0${environmentId}`
}

function viewerName(tenantId: string, subject: string): string {
  return `${tenantId}\0${subject}`
}

function nameOf(target: RevocationTarget): string {
  switch (target.kind) {
    case 'token':
      return target.tokenId
    case 'family':
      return target.familyId
    case 'viewer':
      return viewerName(target.tenantId, target.subject)
    case 'tenant':
      return target.tenantId
    case 'signing_key':
      return target.keyId
    case 'api_key':
      return target.apiKeyId
    case 'issuer':
      return target.issuerId
  }
}
