import { and, asc, eq, sql } from 'drizzle-orm'
import type { Store, StoreTransaction } from '../store/store.ts'
import { signingKeys } from '../store/tables.ts'
import { type EncryptionKeys, open, seal } from './encryption.ts'
import { type SigningKeyRow, sealContext } from './signing-key-rows.ts'

export interface Rekeyed {
  /** How many were sealed again. */
  readonly sealed: number
  /** How many there are. */
  readonly total: number
}

/**
 * Seals the private halves of all environments under the current key: all of them or none. Those that are sealed under
 * it already stay as they are, so that it can be done again.
 * @throws Error that names the signing keys which open under neither key; then nothing was changed
 */
export async function rekey(store: Store, encryptionKeys: EncryptionKeys): Promise<Rekeyed> {
  return store.transaction({ purpose: 'rekey' }, async (transaction) => {
    // A key that another process makes meanwhile comes before this or after it.
    await transaction.execute(sql`lock table signing_keys in share row exclusive mode`)
    const rows = await transaction
      .select({
        environmentId: signingKeys.environmentId,
        id: signingKeys.id,
        encryptedPrivateJwk: signingKeys.encryptedPrivateJwk,
      })
      .from(signingKeys)
      .orderBy(asc(signingKeys.environmentId), asc(signingKeys.id))
    const resealed = rows.map((row) => sealedAgain(row, encryptionKeys))
    const foreign = resealed.flatMap((result) => (result.state === 'foreign' ? [result.row.id] : []))
    if (foreign.length > 0) throw new Error(foreignText(foreign))
    let sealed = 0
    for (const result of resealed) {
      if (result.state !== 'sealed') continue
      await update(transaction, result.row, result.text)
      sealed += 1
    }
    return { sealed, total: rows.length }
  })
}

type SealedRow = Pick<SigningKeyRow, 'environmentId' | 'id' | 'encryptedPrivateJwk'>
type Resealed =
  | { readonly state: 'sealed'; readonly row: SealedRow; readonly text: string }
  | { readonly state: 'current' | 'foreign'; readonly row: SealedRow }

function sealedAgain(row: SealedRow, { current, previous }: EncryptionKeys): Resealed {
  const context = sealContext(row)
  const tryOpen = (key: EncryptionKeys['previous']) => {
    try {
      return key === null ? null : open(key, context, row.encryptedPrivateJwk)
    } catch {
      return null
    }
  }
  if (tryOpen(current) !== null) return { state: 'current', row }
  const plain = tryOpen(previous)
  if (plain === null) return { state: 'foreign', row }
  return { state: 'sealed', row, text: seal(current, context, plain) }
}

async function update(transaction: StoreTransaction, { environmentId, id }: SealedRow, text: string) {
  await transaction
    .update(signingKeys)
    .set({ encryptedPrivateJwk: text })
    .where(and(eq(signingKeys.environmentId, environmentId), eq(signingKeys.id, id)))
}

function foreignText(ids: readonly string[]): string {
  const some = ids.slice(0, 10).join(', ')
  const more = ids.length > 10 ? ` and ${ids.length - 10} more` : ''
  return `Nothing was changed: these signing keys open neither under TESSERA_ENCRYPTION_KEY nor under TESSERA_ENCRYPTION_KEY_PREVIOUS: ${some}${more}.`
}
