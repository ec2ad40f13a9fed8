import { eq } from 'drizzle-orm'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { refreshFamilies } from '../store/tables.ts'
import { parseRefreshSecret, wasGiven } from './refresh-secret.ts'
import { refused } from './refusal.ts'

/** What a refresh token that was sent as the credential may refresh: itself. */
export interface RefreshIdentity extends EnvironmentIdentity {
  readonly tenantId: string
  readonly subject: string | null
  readonly familyId: string
}

export interface RefreshTokens {
  /**
   * Whether it was used before is seen when it is used, in the same step.
   * @throws TesseraError UNAUTHENTICATED where it was never given out, or its family is over or ended
   */
  verify(text: string, now: Date): Promise<RefreshIdentity>
}

export function createRefreshTokens(store: Store): RefreshTokens {
  return Object.freeze({
    async verify(text: string, now: Date) {
      const secret = parseRefreshSecret(text)
      if (secret === null) throw refused('refresh_malformed')
      const { familyId } = secret
      const [family] = await store.transaction({ refreshFamilyId: familyId }, (transaction) =>
        transaction.select().from(refreshFamilies).where(eq(refreshFamilies.id, familyId)),
      )
      if (family === undefined || !wasGiven(secret, family)) throw refused('refresh_unknown')
      const { organizationId, environmentId, tenantId, subject } = family
      const proven = { organizationId, environmentId, tenantId, subject }
      if (family.endedAt !== null) throw refused('refresh_ended', proven)
      if (family.expiresAt <= now) throw refused('refresh_expired', proven)
      return Object.freeze({ ...proven, familyId })
    },
  })
}
