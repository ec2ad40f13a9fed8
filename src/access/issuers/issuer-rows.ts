import { randomUUID } from 'node:crypto'
import { and, asc, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { laterThan } from '../../store/columns.ts'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../../store/store.ts'
import { tokenIssuers } from '../../store/tables.ts'
import { insertRevocation } from '../revocation-rows.ts'
import type { Revocation } from '../revocation-set.ts'
import { type TokenIssuer, type TokenIssuerRow, tokenIssuerOf } from './token-issuer.ts'

export type NewTokenIssuer = Pick<TokenIssuer, 'issuer' | 'audience' | 'algorithms' | 'keys'>

/** Two at once take turns, so that one of them sees what the other did. */
export async function lockIssuers(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
): Promise<void> {
  await transaction.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`token issuers ${environmentId}`}, 0))`,
  )
}

/** Those that may sign, the oldest first. */
export async function listIssuers(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
): Promise<readonly TokenIssuer[]> {
  const rows = await transaction
    .select()
    .from(tokenIssuers)
    .where(and(eq(tokenIssuers.environmentId, environmentId), isNull(tokenIssuers.endedAt)))
    .orderBy(asc(tokenIssuers.createdAt), asc(tokenIssuers.id))
  return rows.map(tokenIssuerOf)
}

/** Keeps it, and lets go of those that ended so long ago that no process can hold them for good. */
export async function insertIssuer(
  transaction: StoreTransaction,
  { organizationId, environmentId }: EnvironmentIdentity,
  { issuer, audience, algorithms, keys }: NewTokenIssuer,
): Promise<TokenIssuer> {
  await transaction
    .delete(tokenIssuers)
    .where(
      and(
        eq(tokenIssuers.environmentId, environmentId),
        lt(tokenIssuers.endedAt, sql`now() - interval '2 days'`),
      ),
    )
  const isOfName = and(eq(tokenIssuers.environmentId, environmentId), eq(tokenIssuers.issuer, issuer))
  const [row] = await transaction
    .insert(tokenIssuers)
    .values({
      ...{ organizationId, environmentId, issuer, audience, id: randomUUID() },
      algorithms: [...algorithms],
      jwksUrl: keys.kind === 'url' ? keys.url : null,
      publicKeys: keys.kind === 'inline' ? keys.keys : null,
      createdAt: laterThan(
        sql`(select max(${tokenIssuers.createdAt}) from ${tokenIssuers} where ${isOfName})`,
      ),
    })
    .returning()
  if (row === undefined) throw new Error('The store gave no token issuer back.')
  await notify(transaction, 'token_issuers', '')
  return tokenIssuerOf(row)
}

/**
 * From the commit on its tokens are refused, and what is open of them ends, as with any revocation.
 * @returns null where there is none
 */
export async function endIssuer(
  transaction: StoreTransaction,
  environment: EnvironmentIdentity,
  id: string,
): Promise<{ readonly issuer: TokenIssuer; readonly revocation: Revocation } | null> {
  const [row] = await transaction
    .update(tokenIssuers)
    .set({ endedAt: sql`now()`, changedAt: sql`now()` })
    .where(
      and(
        eq(tokenIssuers.environmentId, environment.environmentId),
        eq(tokenIssuers.id, id),
        isNull(tokenIssuers.endedAt),
      ),
    )
    .returning()
  if (row === undefined) return null
  const target = { kind: 'issuer', issuerId: id } as const
  const revocation = await insertRevocation(transaction, environment, target, null)
  await notify(transaction, 'token_issuers', '')
  return { issuer: tokenIssuerOf(row), revocation }
}

/** Of all environments: those that may sign, or whatever changed in the last two minutes. */
export async function readIssuers(store: Store, all: boolean): Promise<readonly TokenIssuerRow[]> {
  return store.transaction({ purpose: 'token_issuers' }, (transaction) =>
    transaction
      .select()
      .from(tokenIssuers)
      .where(
        all ? isNull(tokenIssuers.endedAt) : gt(tokenIssuers.changedAt, sql`now() - interval '2 minutes'`),
      )
      .orderBy(asc(tokenIssuers.createdAt)),
  )
}
