import { createHash, randomBytes } from 'node:crypto'
import { and, eq, gt, lt } from 'drizzle-orm'
import { type EncryptionKeys, openUnderEither, seal } from '../access/encryption.ts'
import { tryHoldTenant } from '../access/places/hold-tenant.ts'
import { refused } from '../access/refusal.ts'
import type { KeptToken } from '../access/verify.ts'
import type { ExportInput } from '../graphql/export-request.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { exportLinks } from '../store/tables.ts'

export const linkLifetimeMs = 60_000
/** 256 random bits in base64url. */
const secretPattern = /^[\w-]{43}$/

/** What a link leads to: whose it is, and what was asked for. */
export interface KeptExport extends KeptToken {
  /** The page that asked. */
  readonly origin: string | null
  readonly input: ExportInput
  readonly fileName: string
}

export interface ExportLinks {
  /**
   * @returns the secret of the address, of which only a hash is stored
   * @throws UNAUTHENTICATED where the tenant was erased
   */
  keep(
    tenant: Required<EnvironmentIdentity>,
    kept: KeptExport,
    now: Date,
  ): Promise<{ readonly secret: string; readonly expiresAt: Date }>
  /**
   * Takes the link away, so that of two who come at once one gets it, whatever process they come to.
   * @param caller null where the secret is all that was shown; else it must be theirs
   * @returns null where there is none, used and expired ones included
   */
  take(secret: string, caller: EnvironmentIdentity | null, now: Date): Promise<TakenLink | null>
}

export interface TakenLink {
  readonly kept: KeptExport
  /** Makes it a link again, for as long as it would have been one: for whoever got nothing of the file. */
  readonly giveBack: () => Promise<void>
}

export interface ExportLinksOptions {
  readonly store: Store
  /** Who can write to the store alone can make no link. */
  readonly encryptionKeys: EncryptionKeys
}

export function createExportLinks({ store, encryptionKeys }: ExportLinksOptions): ExportLinks {
  return Object.freeze({
    async keep(tenant: Required<EnvironmentIdentity>, kept: KeptExport, now: Date) {
      const { organizationId, environmentId, tenantId } = tenant
      const secret = randomBytes(32).toString('base64url')
      const secretHash = hashOf(secret)
      const expiresAt = new Date(now.getTime() + linkLifetimeMs)
      const sealed = seal(encryptionKeys.current, contextOf(secretHash), JSON.stringify(kept))
      await store.transaction(tenant, async (transaction) => {
        if (!(await tryHoldTenant(transaction, tenant, tenantId))) throw refused('tenant_erased', tenant)
        await transaction
          .insert(exportLinks)
          .values({ organizationId, environmentId, tenantId, secretHash, sealed, expiresAt })
      })
      // Of every tenant: those of one who never comes back would stay.
      await store.transaction({ organizationId, environmentId }, (transaction) =>
        transaction
          .delete(exportLinks)
          .where(and(eq(exportLinks.environmentId, environmentId), lt(exportLinks.expiresAt, now))),
      )
      return { secret, expiresAt }
    },
    async take(secret: string, caller: EnvironmentIdentity | null, now: Date) {
      if (!secretPattern.test(secret)) return null
      const secretHash = hashOf(secret)
      const [row] = await store.transaction(caller ?? { exportSecretHash: secretHash }, (transaction) =>
        transaction
          .delete(exportLinks)
          .where(and(eq(exportLinks.secretHash, secretHash), gt(exportLinks.expiresAt, now)))
          .returning(),
      )
      if (row === undefined) return null
      const text = openUnderEither(encryptionKeys, contextOf(secretHash), row.sealed)
      const kept: KeptExport = JSON.parse(text)
      const { organizationId, environmentId, tenantId } = row
      const giveBack = async () => {
        const tenant = { organizationId, environmentId, tenantId }
        await store.transaction(tenant, async (transaction) => {
          if (await tryHoldTenant(transaction, tenant, tenantId))
            await transaction.insert(exportLinks).values(row)
        })
      }
      return { kept, giveBack }
    },
  })
}

/** A secret has 256 bits of its own, so a plain hash of it can't be guessed back. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex')
}

function contextOf(secretHash: string): string {
  return `export_links ${secretHash}`
}
