import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import { dataSourceSecrets } from '../store/secret-tables.ts'
import type { Store, StoreTransaction } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'
import { type EncryptionKeys, open, seal } from './encryption.ts'
import { secretContext } from './sealed-secret.ts'
import { endedLongAgo, sealContext } from './signing-key-rows.ts'

export interface Rekeyed {
  /** How many were sealed again. */
  readonly sealed: number
  /** How many there are. */
  readonly total: number
}

export interface AllRekeyed {
  readonly signingKeys: Rekeyed
  readonly dataSourceSecrets: Rekeyed
}

/**
 * Seals the private halves of signing keys and the secrets of data sources of all environments under the current key: all
 * of them or none. Those that are sealed under it already stay as they are, so that it can be done again.
 * @throws Error that names those which open under neither key; then nothing was changed
 */
export async function rekey(store: Store, encryptionKeys: EncryptionKeys): Promise<AllRekeyed> {
  return store.transaction({ purpose: 'rekey' }, async (transaction) => {
    const keys = (await sealedKeys(transaction)).map((row) => sealedAgain(row, encryptionKeys))
    const secrets = (await sealedSecrets(transaction)).map((row) => sealedAgain(row, encryptionKeys))
    requireAll('signing keys', keys)
    requireAll('data source secrets', secrets)
    return { signingKeys: await keep(keys), dataSourceSecrets: await keep(secrets) }
  })
}

/** A text as it stands in the store. */
interface SealedRow {
  readonly label: string
  readonly context: string
  readonly sealed: string
  readonly replace: (sealed: string) => Promise<unknown>
}

type Resealed =
  | { readonly state: 'sealed'; readonly row: SealedRow; readonly text: string }
  | { readonly state: 'current' | 'foreign'; readonly row: SealedRow }

async function sealedKeys(transaction: StoreTransaction): Promise<readonly SealedRow[]> {
  // A key that another process makes meanwhile comes before this or after it.
  await transaction.execute(sql`lock table signing_keys in share row exclusive mode`)
  // Nothing is sealed again that nobody needs.
  await transaction.delete(signingKeys).where(endedLongAgo)
  const { environmentId, id, encryptedPrivateJwk } = signingKeys
  const rows = await transaction
    .select({ environmentId, id, sealed: encryptedPrivateJwk })
    .from(signingKeys)
    .orderBy(asc(environmentId), asc(id))
  return rows.map((row) => ({
    label: row.id,
    context: sealContext(row),
    sealed: row.sealed,
    replace: (text) =>
      transaction
        .update(signingKeys)
        .set({ encryptedPrivateJwk: text })
        .where(and(eq(environmentId, row.environmentId), eq(id, row.id))),
  }))
}

async function sealedSecrets(transaction: StoreTransaction): Promise<readonly SealedRow[]> {
  await transaction.execute(sql`lock table data_source_secrets in share row exclusive mode`)
  const { environmentId, name, sealed } = dataSourceSecrets
  const rows = await transaction
    .select({ environmentId, name, sealed })
    .from(dataSourceSecrets)
    .where(isNotNull(sealed))
    .orderBy(asc(environmentId), asc(name))
  return rows.map((row) => ({
    label: `${row.name} of the environment ${row.environmentId}`,
    context: secretContext(row),
    sealed: row.sealed ?? '',
    // What processes know of it goes on to hold: neither the value nor its version is another.
    replace: (text) =>
      transaction
        .update(dataSourceSecrets)
        .set({ sealed: text })
        .where(and(eq(environmentId, row.environmentId), eq(name, row.name))),
  }))
}

function sealedAgain(row: SealedRow, { current, previous }: EncryptionKeys): Resealed {
  const tryOpen = (key: EncryptionKeys['previous']) => {
    try {
      return key === null ? null : open(key, row.context, row.sealed)
    } catch {
      return null
    }
  }
  if (tryOpen(current) !== null) return { state: 'current', row }
  const plain = tryOpen(previous)
  if (plain === null) return { state: 'foreign', row }
  return { state: 'sealed', row, text: seal(current, row.context, plain) }
}

function requireAll(what: string, rows: readonly Resealed[]): void {
  const foreign = rows.flatMap(({ state, row }) => (state === 'foreign' ? [row.label] : []))
  if (foreign.length === 0) return
  const some = foreign.slice(0, 10).join(', ')
  const more = foreign.length > 10 ? ` and ${foreign.length - 10} more` : ''
  throw new Error(
    `Nothing was changed: these ${what} open neither under TESSERA_ENCRYPTION_KEY nor under TESSERA_ENCRYPTION_KEY_PREVIOUS: ${some}${more}.`,
  )
}

async function keep(rows: readonly Resealed[]): Promise<Rekeyed> {
  let sealed = 0
  for (const result of rows) {
    if (result.state !== 'sealed') continue
    await result.row.replace(result.text)
    sealed += 1
  }
  return { sealed, total: rows.length }
}
