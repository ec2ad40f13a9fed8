import { randomUUID } from 'node:crypto'
import { and, eq, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { type GuestTokenPayload, payloadSchema } from '../access/payload.ts'
import { newRefreshSecret, type RefreshSecret } from '../access/refresh-secret.ts'
import type { RevocationTarget } from '../access/revocation-set.ts'
import { badInput } from '../errors.ts'
import type { GuestTokenInput } from '../graphql/context.ts'
import type { EnvironmentIdentity, StoreTransaction } from '../store/store.ts'
import { guestTokens, refreshFamilies } from '../store/tables.ts'

const daySeconds = 86_400
const lifetimeDefaultSeconds = 30 * daySeconds
const lifetimeMaxSeconds = 90 * daySeconds

export interface RefreshFamily {
  readonly id: string
  readonly tenantId: string
  readonly subject: string | null
  readonly apiKeyId: string | null
  /** What its guest tokens say, but for their times and ids. */
  readonly claims: GuestTokenPayload
  readonly secretHash: string
  readonly tagKey: string
  readonly mintedAt: number
  readonly expiresAt: Date
  readonly endedAt: Date | null
}

/** A family that a token begins. */
export interface NewFamily {
  readonly secret: RefreshSecret
  readonly tagKey: string
  readonly expiresAt: Date
}

/**
 * Null where no refresh token is asked for.
 * @throws BAD_USER_INPUT
 */
export function plannedFamily(
  { withRefreshToken, refreshExpiresInSeconds }: GuestTokenInput,
  now: Date,
): NewFamily | null {
  const argument = 'input.refreshExpiresInSeconds'
  if (withRefreshToken !== true) {
    if (refreshExpiresInSeconds == null) return null
    throw badInput(argument, 'nothing, where withRefreshToken is not true')
  }
  const seconds = refreshExpiresInSeconds ?? lifetimeDefaultSeconds
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > lifetimeMaxSeconds) {
    throw badInput(argument, `a whole number from 1 to ${lifetimeMaxSeconds}`)
  }
  const [id, tagKey] = [randomUUID(), randomUUID()]
  return {
    secret: newRefreshSecret({ id, tagKey }),
    tagKey,
    expiresAt: new Date(now.getTime() + seconds * 1000),
  }
}

/** Until the transaction ends, a revocation that could end the family that it begins waits for it. */
export async function holdFamilies(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock_shared(${familiesOf(environment)})`)
}

function familiesOf({ environmentId }: EnvironmentIdentity): SQL {
  return sql`hashtextextended(${`refresh families ${environmentId}`}, 0)`
}

/** Keeps a family with its first token, and lets go of those that were over a day ago. */
export async function insertFamily(
  transaction: StoreTransaction,
  { organizationId, environmentId }: EnvironmentIdentity,
  { secret, tagKey, expiresAt }: NewFamily,
  claims: GuestTokenPayload,
): Promise<void> {
  await transaction
    .delete(refreshFamilies)
    .where(
      and(
        eq(refreshFamilies.environmentId, environmentId),
        lt(refreshFamilies.expiresAt, sql`now() - interval '1 day'`),
      ),
    )
  await transaction.insert(refreshFamilies).values({
    organizationId,
    environmentId,
    id: secret.familyId,
    tenantId: claims.tenant_id,
    subject: claims.sub ?? null,
    apiKeyId: claims.api_key_id ?? null,
    claims: JSON.stringify(claims),
    secretHash: secret.hash,
    tagKey,
    mintedAt: claims.minted_at_us ?? 0,
    expiresAt,
  })
}

/** Until the transaction ends nobody else can use the family's token. Null where there is none in the environment. */
export async function lockFamily(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  familyId: string,
): Promise<RefreshFamily | null> {
  const [row] = await transaction
    .select()
    .from(refreshFamilies)
    .where(and(eq(refreshFamilies.environmentId, environmentId), eq(refreshFamilies.id, familyId)))
    .for('update')
  return row === undefined ? null : { ...row, claims: payloadSchema.parse(JSON.parse(row.claims)) }
}

/** From now on this token is the family's good one. */
export async function rotateFamily(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
  { familyId, hash }: RefreshSecret,
): Promise<void> {
  await transaction
    .update(refreshFamilies)
    .set({ secretHash: hash })
    .where(and(eq(refreshFamilies.environmentId, environmentId), eq(refreshFamilies.id, familyId)))
}

/** Waits for whoever is using a token of theirs or beginning one of them, so that what they minted came before. */
export async function endFamilies(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  target: RevocationTarget,
): Promise<void> {
  // They sign no refresh token.
  if (target.kind === 'signing_key' || target.kind === 'issuer') return
  // One that is there already is locked, and nobody who has it may wait for who waits for it.
  if (target.kind !== 'family') {
    await transaction.execute(sql`select pg_advisory_xact_lock(${familiesOf(environment)})`)
  }
  const { environmentId } = environment
  await transaction
    .update(refreshFamilies)
    .set({ endedAt: sql`now()` })
    .where(
      and(
        eq(refreshFamilies.environmentId, environmentId),
        isNull(refreshFamilies.endedAt),
        matches(transaction, environmentId, target),
      ),
    )
}

function matches(
  transaction: StoreTransaction,
  environmentId: string,
  target: Exclude<RevocationTarget, { kind: 'signing_key' | 'issuer' }>,
): SQL | undefined {
  switch (target.kind) {
    case 'token':
      // By the first token at any time, and by a later one for as long as it is kept.
      return or(
        sql`${refreshFamilies.id}::text = ${target.tokenId}`,
        inArray(
          refreshFamilies.id,
          transaction
            .select({ id: guestTokens.familyId })
            .from(guestTokens)
            .where(
              and(
                eq(guestTokens.environmentId, environmentId),
                sql`${guestTokens.id}::text = ${target.tokenId}`,
              ),
            ),
        ),
      )
    case 'family':
      return eq(refreshFamilies.id, target.familyId)
    case 'viewer':
      return and(eq(refreshFamilies.tenantId, target.tenantId), eq(refreshFamilies.subject, target.subject))
    case 'tenant':
      return eq(refreshFamilies.tenantId, target.tenantId)
    case 'api_key':
      return eq(refreshFamilies.apiKeyId, target.apiKeyId)
  }
}
