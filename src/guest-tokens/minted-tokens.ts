import { and, count, eq, gt, lt, max, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Keyring } from '../access/keyring.ts'
import { type GuestTokenPayload, payloadSchema } from '../access/payload.ts'
import { afterLastRevocation, storeClock } from '../access/revocation-rows.ts'
import type { RevocableToken, RevocationTarget } from '../access/revocation-set.ts'
import type { SigningKey } from '../access/signing-keys.ts'
import type { EnvironmentIdentity, Store, StoreTransaction } from '../store/store.ts'
import { guestTokens, refreshFamilies, signingKeys } from '../store/tables.ts'

/** How long after its end a token can still be asked about; its claims hold what the host says of a person. */
const keptDays = 1

/**
 * Keeps what a token says, and lets go of those that ended long ago. Whoever signs it does so before the commit.
 * @returns the claims with the time of minting
 * @throws SigningKeyEnded
 */
export async function insertMinted(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  claims: GuestTokenPayload,
  signingKeyId: string,
): Promise<GuestTokenPayload> {
  const { organizationId, environmentId } = environment
  const forgotten = new Date(claims.iat * 1000 - keptDays * 86_400_000)
  await transaction
    .delete(guestTokens)
    .where(and(eq(guestTokens.environmentId, environmentId), lt(guestTokens.expiresAt, forgotten)))
  const { minted_at_us: _, ...kept } = claims
  const [row] = await transaction
    .insert(guestTokens)
    .values({
      organizationId,
      environmentId,
      id: claims.jti,
      tenantId: claims.tenant_id,
      subject: claims.sub ?? null,
      signingKeyId,
      apiKeyId: claims.api_key_id ?? null,
      familyId: claims.family_id ?? null,
      claims: JSON.stringify(kept),
      // After whatever was revoked before, so that what is minted now is not ended by it.
      mintedAt: storeClock(afterLastRevocation(environment)),
      expiresAt: new Date(claims.exp * 1000),
    })
    .returning({ mintedAt: guestTokens.mintedAt, isKeyGood: isGood(signingKeyId) })
  if (row?.isKeyGood === false) throw new SigningKeyEnded(signingKeyId)
  if (row?.mintedAt == null) throw new Error('The store gave no time of minting back.')
  return { ...kept, minted_at_us: row.mintedAt }
}

/** With the same statement: what is revoked by then is refused from the first moment on. */
function isGood(signingKeyId: string): SQL<boolean> {
  const { id, expiresAt } = signingKeys
  return sql<boolean>`exists (select 1 from ${signingKeys} where ${id} = ${signingKeyId}
    and (${expiresAt} is null or ${expiresAt} > clock_timestamp()))`
}

/** Another process has ended the key, and this one has not heard of it yet. */
class SigningKeyEnded extends Error {
  override readonly name = 'SigningKeyEnded'
  readonly keyId: string

  constructor(keyId: string) {
    super('The signing key has ended.')
    this.keyId = keyId
  }
}

/** Mints with the key that signs; once more, with the next, where that has ended. */
export async function withSigningKey<Minted>(
  keyring: Pick<Keyring, 'signingKey'>,
  environment: EnvironmentIdentity,
  mint: (key: SigningKey) => Promise<Minted>,
): Promise<Minted> {
  try {
    return await mint(await keyring.signingKey(environment))
  } catch (error) {
    if (!(error instanceof SigningKeyEnded)) throw error
    return mint(await keyring.signingKey(environment, error.keyId))
  }
}

export interface MintedToken {
  readonly claims: GuestTokenPayload
  readonly revocable: RevocableToken
}

/** What a token of the environment says; null where none of this id was minted here, or it ended long ago. */
export async function findMinted(
  store: Store,
  { organizationId, environmentId }: EnvironmentIdentity,
  id: string,
): Promise<MintedToken | null> {
  if (!isMintedId(id)) return null
  const [row] = await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .select()
      .from(guestTokens)
      .where(and(eq(guestTokens.environmentId, environmentId), eq(guestTokens.id, id))),
  )
  if (row === undefined) return null
  const { tenantId, subject, apiKeyId, familyId, mintedAt } = row
  const told: unknown = { ...JSON.parse(row.claims), minted_at_us: mintedAt ?? undefined }
  const claims = payloadSchema.parse(told)
  const keys = { tokenId: id, keyId: row.signingKeyId ?? '', issuerId: null, apiKeyId, familyId }
  const own = { organizationId, environmentId, tenantId, subject, mintedAt }
  return { claims, revocable: { ...own, ...keys, issuedAt: new Date(claims.iat * 1000) } }
}

export interface Viewer {
  readonly tenantId: string
  readonly subject: string | null
}

/** Whose token an id is: of one that was minted here, or that began a family which goes on. Null where that is not known. */
export async function findViewer(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  id: string,
): Promise<Viewer | null> {
  if (!isMintedId(id)) return null
  const [ofToken] = await transaction
    .select({ tenantId: guestTokens.tenantId, subject: guestTokens.subject })
    .from(guestTokens)
    .where(and(eq(guestTokens.environmentId, environmentId), eq(guestTokens.id, id)))
  if (ofToken !== undefined) return ofToken
  const [ofFamily] = await transaction
    .select({ tenantId: refreshFamilies.tenantId, subject: refreshFamilies.subject })
    .from(refreshFamilies)
    .where(and(eq(refreshFamilies.environmentId, environmentId), eq(refreshFamilies.id, id)))
  return ofFamily ?? null
}

export interface LiveTokens {
  readonly count: number
  /** When the last of them was minted; null where there is none. */
  readonly mintedAt: number | null
}

/** Those that were minted here and have not expired, whether or not they ended before their time. */
export async function liveTokens(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  target: RevocationTarget,
): Promise<LiveTokens> {
  const [row] = await transaction
    .select({ count: count(), mintedAt: max(guestTokens.mintedAt) })
    .from(guestTokens)
    .where(
      and(
        eq(guestTokens.environmentId, environmentId),
        gt(guestTokens.expiresAt, sql`now()`),
        matches(target),
      ),
    )
  if (row === undefined) throw new Error('The store counted nothing.')
  return row
}

/** As `randomUUID` writes it: the store takes other spellings for the same id, tokens have this one. */
function isMintedId(id: string): boolean {
  return z.uuid().safeParse(id).success && id === id.toLowerCase()
}

function matches(target: RevocationTarget): SQL | undefined {
  switch (target.kind) {
    case 'token':
      return isMintedId(target.tokenId)
        ? or(eq(guestTokens.id, target.tokenId), eq(guestTokens.familyId, target.tokenId))
        : sql`false`
    case 'family':
      return eq(guestTokens.familyId, target.familyId)
    case 'viewer':
      return and(eq(guestTokens.tenantId, target.tenantId), eq(guestTokens.subject, target.subject))
    case 'tenant':
      return eq(guestTokens.tenantId, target.tenantId)
    case 'signing_key':
      return eq(guestTokens.signingKeyId, target.keyId)
    case 'issuer':
      // What others sign is not minted here.
      return sql`false`
    case 'api_key':
      return eq(guestTokens.apiKeyId, target.apiKeyId)
  }
}
