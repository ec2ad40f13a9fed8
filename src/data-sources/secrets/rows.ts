import { randomUUID } from 'node:crypto'
import { and, asc, eq, gt, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { TesseraError } from '../../errors.ts'
import { laterThan } from '../../store/columns.ts'
import { dataSourceSecrets } from '../../store/secret-tables.ts'
import { type EnvironmentIdentity, notify, type Store, type StoreTransaction } from '../../store/store.ts'

export type SecretRow = typeof dataSourceSecrets.$inferSelect

const secretsMax = 200

/** Those that are set, by name. */
export async function listSecretRows(
  store: Store,
  environment: EnvironmentIdentity,
): Promise<readonly SecretRow[]> {
  return store.transaction(environment, (transaction) =>
    transaction
      .select()
      .from(dataSourceSecrets)
      .where(isSet(environment))
      .orderBy(asc(dataSourceSecrets.name)),
  )
}

/**
 * In the place of the one of that name.
 * @throws QUOTA_EXCEEDED
 */
export async function writeSecretRow(
  store: Store,
  { organizationId, environmentId }: EnvironmentIdentity,
  { name, sealed }: { readonly name: string; readonly sealed: string },
): Promise<SecretRow> {
  const environment = { organizationId, environmentId }
  return store.transaction(environment, async (transaction) => {
    await lock(transaction, environment)
    await forgetRemoved(transaction, environment)
    const names = await transaction
      .select({ name: dataSourceSecrets.name })
      .from(dataSourceSecrets)
      .where(isSet(environment))
    if (names.length >= secretsMax && names.every((known) => known.name !== name)) {
      throw new TesseraError('QUOTA_EXCEEDED', { expected: `at most ${secretsMax} secrets` })
    }
    const now = sql`clock_timestamp()`
    const values = { sealed, version: randomUUID(), setAt: now }
    const { environmentId: ofEnvironment, name: ofName, changedAt } = dataSourceSecrets
    const [row] = await transaction
      .insert(dataSourceSecrets)
      .values({ ...environment, name, ...values, changedAt: now })
      .onConflictDoUpdate({
        target: [ofEnvironment, ofName],
        set: { ...values, changedAt: laterThan(changedAt) },
      })
      .returning()
    if (row === undefined) throw new Error('The store gave no secret back.')
    await notify(transaction, 'data_source_secrets', '')
    return row
  })
}

/**
 * The value goes at once; that it went is kept until every process must have seen it.
 * @returns null where there is none
 */
export async function removeSecretRow(
  store: Store,
  { organizationId, environmentId }: EnvironmentIdentity,
  name: string,
): Promise<SecretRow | null> {
  const environment = { organizationId, environmentId }
  return store.transaction(environment, async (transaction) => {
    await lock(transaction, environment)
    const [row] = await transaction
      .update(dataSourceSecrets)
      .set({ sealed: null, version: randomUUID(), changedAt: laterThan(dataSourceSecrets.changedAt) })
      .where(and(isSet(environment), eq(dataSourceSecrets.name, name)))
      .returning()
    if (row === undefined) return null
    await notify(transaction, 'data_source_secrets', '')
    return row
  })
}

/** Of all environments: those that are set, or whatever changed in the last two minutes. */
export async function readSecretRows(store: Store, all: boolean): Promise<readonly SecretRow[]> {
  const { sealed, changedAt } = dataSourceSecrets
  const recent = gt(changedAt, sql`now() - interval '2 minutes'`)
  return store.transaction({ purpose: 'data_source_secrets' }, (transaction) =>
    transaction
      .select()
      .from(dataSourceSecrets)
      .where(all ? isNotNull(sealed) : recent),
  )
}

function isSet({ environmentId }: EnvironmentIdentity) {
  return and(eq(dataSourceSecrets.environmentId, environmentId), isNotNull(dataSourceSecrets.sealed))
}

/** Two at once take turns, so that one of them sees what the other did. */
async function lock(transaction: StoreTransaction, { environmentId }: EnvironmentIdentity): Promise<void> {
  await transaction.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`data source secrets ${environmentId}`}, 0))`,
  )
}

async function forgetRemoved(
  transaction: StoreTransaction,
  { environmentId }: EnvironmentIdentity,
): Promise<void> {
  const { sealed, changedAt } = dataSourceSecrets
  const isOld = lt(changedAt, sql`now() - interval '2 days'`)
  await transaction
    .delete(dataSourceSecrets)
    .where(and(eq(dataSourceSecrets.environmentId, environmentId), isNull(sealed), isOld))
}
