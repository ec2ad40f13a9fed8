import { and, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import { type GuestTokenPayload, payloadSchema } from '../access/payload.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { guestTokens } from '../store/tables.ts'

/** How long after its end a token can still be asked about; its claims hold what the host says of a person. */
const keptDays = 1

/** Keeps what a token says, and lets go of those that ended long ago. */
export async function keepMinted(
  store: Store,
  identity: EnvironmentIdentity,
  claims: GuestTokenPayload,
): Promise<void> {
  const { organizationId, environmentId } = identity
  const forgotten = new Date(claims.iat * 1000 - keptDays * 86_400_000)
  await store.transaction({ organizationId, environmentId }, async (transaction) => {
    await transaction
      .delete(guestTokens)
      .where(and(eq(guestTokens.environmentId, environmentId), lt(guestTokens.expiresAt, forgotten)))
    await transaction.insert(guestTokens).values({
      organizationId,
      environmentId,
      id: claims.jti,
      tenantId: claims.tenant_id,
      claims: JSON.stringify(claims),
      expiresAt: new Date(claims.exp * 1000),
    })
  })
}

/** What a token of the environment says; null where none of this id was minted here, or it ended long ago. */
export async function findMinted(
  store: Store,
  { organizationId, environmentId }: EnvironmentIdentity,
  id: string,
): Promise<GuestTokenPayload | null> {
  if (!z.uuid().safeParse(id).success) return null
  const [row] = await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .select({ claims: guestTokens.claims })
      .from(guestTokens)
      .where(and(eq(guestTokens.environmentId, environmentId), eq(guestTokens.id, id))),
  )
  return row === undefined ? null : payloadSchema.parse(JSON.parse(row.claims))
}
