import { randomUUID } from 'node:crypto'
import { and, eq, gte, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../store/store.ts'
import { revocations } from '../store/tables.ts'
import { lifetimeMaxSeconds } from './payload.ts'
import {
  createRevocationSet,
  type RevocableToken,
  type Revocation,
  type RevocationTarget,
} from './revocation-set.ts'

type Row = typeof revocations.$inferSelect

/** Where a reading of the revocations goes on. */
export interface Cursor {
  /** What was committed by then was read; of what was under way, this was the first. */
  readonly transactionNumber: string
}

export const fromTheBeginning: Cursor = Object.freeze({ transactionNumber: '0' })

/** Clocks that differ by more than this have made tokens useless before. */
const clockMarginSeconds = 300

/** The store's clock in microseconds, never before what is given: a clock that was set back must not undo anything. */
export function storeClock(notBefore: SQL): SQL<number> {
  return sql<number>`greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, ${notBefore})`
}

/** When the environment last revoked anything, and a microsecond; null where it has not. */
export function afterLastRevocation({ environmentId }: EnvironmentIdentity): SQL {
  return sql`(select max(${revocations.revokedAt}) + 1 from ${revocations} where ${revocations.environmentId} = ${environmentId})`
}

/**
 * Ends the tokens from the commit on; every process is told of it then.
 * @param mintedAt when the last of them was minted, as far as is known
 */
export async function insertRevocation(
  transaction: StoreTransaction,
  { organizationId, environmentId }: EnvironmentIdentity,
  target: RevocationTarget,
  mintedAt: number | null,
): Promise<Revocation> {
  const lifetime = lifetimeMaxSeconds + clockMarginSeconds
  const [row] = await transaction
    .insert(revocations)
    .values({
      organizationId,
      environmentId,
      id: randomUUID(),
      ...columnsOf(target),
      revokedAt: storeClock(
        sql`greatest(${mintedAt}::bigint, ${afterLastRevocation({ organizationId, environmentId })})`,
      ),
      expiresAt: sql`now() + make_interval(secs => ${lifetime})`,
    })
    .returning()
  if (row === undefined) throw new Error('The store gave no revocation back.')
  await notify(transaction, 'revocations', '')
  return revocationOf(row)
}

/** Those of all environments that are in force and were not read yet; some may come twice. */
export async function readRevocations(
  store: Store,
  cursor: Cursor,
): Promise<{ readonly revocations: readonly Revocation[]; readonly cursor: Cursor }> {
  return store.transaction({ purpose: 'revocations' }, async (transaction) => {
    // Before the rows: whatever they do not show began at this number or later.
    const seen = await transaction.execute(
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as number`,
    )
    const [{ number }] = snapshotSchema.parse(seen).rows
    const rows = await transaction
      .select()
      .from(revocations)
      .where(gte(revocations.transactionNumber, sql`${cursor.transactionNumber}::text::xid8`))
    return { revocations: rows.map(revocationOf), cursor: { transactionNumber: number } }
  })
}

const snapshotSchema = z.object({ rows: z.tuple([z.object({ number: z.string() })]) })

/** By all that was committed so far, of which a process may hear two seconds later. */
export async function isRevoked(transaction: StoreTransaction, token: RevocableToken): Promise<boolean> {
  const { environmentId, tenantId, tokenId, familyId, apiKeyId, keyId } = token
  const ids = [tokenId, familyId, apiKeyId, keyId].filter((id) => id !== null)
  const rows = await transaction
    .select()
    .from(revocations)
    .where(
      and(
        eq(revocations.environmentId, environmentId),
        or(eq(revocations.tenantId, tenantId), inArray(revocations.targetId, ids)),
      ),
    )
  const set = createRevocationSet()
  for (const row of rows) set.add(revocationOf(row))
  return set.covers(token)
}

/** Removes those whose tokens have all expired. */
export async function sweepRevocations(store: Store): Promise<void> {
  await store.transaction({ purpose: 'revocations' }, (transaction) =>
    transaction.delete(revocations).where(lt(revocations.expiresAt, sql`now()`)),
  )
}

type TargetColumns = Pick<Row, 'kind' | 'tenantId' | 'subject' | 'targetId'>

function columnsOf(target: RevocationTarget): TargetColumns {
  const { kind } = target
  const none = { kind, tenantId: null, subject: null, targetId: null }
  switch (kind) {
    case 'token':
      return { ...none, targetId: target.tokenId }
    case 'family':
      return { ...none, targetId: target.familyId }
    case 'viewer':
      return { ...none, tenantId: target.tenantId, subject: target.subject }
    case 'tenant':
      return { ...none, tenantId: target.tenantId }
    case 'signing_key':
      return { ...none, targetId: target.keyId }
    case 'api_key':
      return { ...none, targetId: target.apiKeyId }
    case 'issuer':
      return { ...none, targetId: target.issuerId }
  }
}

const targetSchema = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('token'), targetId: z.string() })
    .transform(({ kind, targetId: tokenId }) => ({ kind, tokenId })),
  z
    .object({ kind: z.literal('family'), targetId: z.string() })
    .transform(({ kind, targetId: familyId }) => ({ kind, familyId })),
  z.object({ kind: z.literal('viewer'), tenantId: z.string(), subject: z.string() }),
  z.object({ kind: z.literal('tenant'), tenantId: z.string() }),
  z
    .object({ kind: z.literal('signing_key'), targetId: z.string() })
    .transform(({ kind, targetId: keyId }) => ({ kind, keyId })),
  z
    .object({ kind: z.literal('api_key'), targetId: z.string() })
    .transform(({ kind, targetId: apiKeyId }) => ({ kind, apiKeyId })),
  z
    .object({ kind: z.literal('issuer'), targetId: z.string() })
    .transform(({ kind, targetId: issuerId }) => ({ kind, issuerId })),
])

function revocationOf(row: Row): Revocation {
  const { organizationId, environmentId, revokedAt, expiresAt } = row
  const target = targetSchema.parse(row)
  return { organizationId, environmentId, target, revokedAt, expiresAt: expiresAt.getTime() }
}
