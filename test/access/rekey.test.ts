import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seal } from '../../src/access/encryption.ts'
import { generateKey } from '../../src/access/key-material.ts'
import { createKeyring, type Keyring } from '../../src/access/keyring.ts'
import { rekey } from '../../src/access/rekey.ts'
import { secretContext } from '../../src/access/sealed-secret.ts'
import { createSigningKeys } from '../../src/access/signing-keys.ts'
import { removeSecretRow, writeSecretRow } from '../../src/data-sources/secrets/rows.ts'
import { createStoredSecrets } from '../../src/data-sources/secrets/stored-secrets.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { signingKeys } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'
import { silent } from '../support/tokens.ts'

let store: Store
let environments: readonly EnvironmentIdentity[]
const [first, second, third] = [newKey(), newKey(), newKey()]

function newKey(): KeyObject {
  return createSecretKey(randomBytes(32))
}

beforeAll(async () => {
  store = await openTestStore()
  environments = await Promise.all(
    ['one', 'two'].map((environment) => ensureEnvironment(store, { organization: 'acme', environment })),
  )
  const keys = createSigningKeys(store, { current: first, previous: null })
  for (const environment of environments) {
    await keys.add(environment, 'HS256', await generateKey('HS256'))
    await keys.add(environment, 'EdDSA', await generateKey('EdDSA'))
  }
  for (const [index, environment] of environments.entries()) {
    const context = secretContext({ environmentId: environment.environmentId, name: 'lake' })
    const sealed = seal(first, context, `value of ${index === 0 ? 'one' : 'two'}`)
    await writeSecretRow(store, environment, { name: 'lake', sealed })
  }
})
afterAll(() => store.close())

/** The values that a process with this key finds; null where they don't open. */
async function secretsUnder(current: KeyObject): Promise<readonly (string | null)[]> {
  const secrets = createStoredSecrets({ store, encryptionKeys: { current, previous: null }, log: silent })
  const stop = await secrets.watch()
  await stop()
  return environments.map(({ environmentId }) => secrets.find(environmentId, 'lake').value)
}

async function rowsOf(environment: EnvironmentIdentity) {
  return store.transaction(environment, (transaction) => transaction.select().from(signingKeys))
}

async function allRows() {
  return (await Promise.all(environments.map(rowsOf))).flat()
}

/** Whether a process with these keys can sign, and verify with every key that there is. */
async function works(encryptionKey: KeyObject, previousEncryptionKey?: KeyObject): Promise<boolean> {
  const ring: Keyring = createKeyring({ store, encryptionKey, previousEncryptionKey, log: silent })
  const stop = await ring.watch()
  try {
    for (const environment of environments) await ring.signingKey(environment)
    const found = await Promise.all((await allRows()).map(({ id }) => ring.verificationKey(id)))
    return found.every((key) => key !== null)
  } catch (error) {
    if (error instanceof Error && error.message.includes('was made under another encryption key'))
      return false
    throw error
  } finally {
    await stop()
  }
}

describe('a new encryption key', () => {
  it('reads nothing by itself, and everything beside the one before', async () => {
    expect(await works(first)).toBe(true)
    expect(await works(second)).toBe(false)
    expect(await works(second, first)).toBe(true)
  })

  it('changes nothing where one signing key opens under neither', async () => {
    const before = await allRows()
    const refused = rekey(store, { current: second, previous: third })
    await expect(refused).rejects.toThrow(/^Nothing was changed: these signing keys open neither/)
    for (const { id } of before) await expect(refused).rejects.toThrow(id)
    expect(await allRows()).toEqual(before)
  })

  it('changes nothing where one secret of a data source opens under neither', async () => {
    const [environment] = environments
    if (environment === undefined) throw new Error('No environment.')
    const before = await allRows()
    await writeSecretRow(store, environment, { name: 'foreign', sealed: 'v1.AAAA' })
    await expect(rekey(store, { current: second, previous: first })).rejects.toThrow(
      /^Nothing was changed: these data source secrets open neither under .* foreign of the environment /,
    )
    await removeSecretRow(store, environment, 'foreign')
    expect(await allRows()).toEqual(before)
  })

  it('seals everything again, of all environments, and then stands alone', async () => {
    expect(await rekey(store, { current: second, previous: first })).toEqual({
      signingKeys: { sealed: 4, total: 4 },
      dataSourceSecrets: { sealed: 2, total: 2 },
    })
    expect(await works(second)).toBe(true)
    expect(await works(first)).toBe(false)
    expect(await secretsUnder(second)).toEqual(['value of one', 'value of two'])
    expect(await secretsUnder(first)).toEqual([null, null])
  })

  it('leaves the ids, the public halves and the times as they are', async () => {
    const before = await allRows()
    await rekey(store, { current: third, previous: second })
    const shown = (rows: typeof before) => rows.map(({ encryptedPrivateJwk: _, ...row }) => row)
    expect(shown(await allRows())).toEqual(shown(before))
    await rekey(store, { current: second, previous: third })
  })

  it('does the rest where some have it already, and nothing where all do', async () => {
    const [environment] = environments
    if (environment === undefined) throw new Error('No environment.')
    const late = createSigningKeys(store, { current: first, previous: null })
    await late.add(environment, 'ES256', await generateKey('ES256'))
    const dataSourceSecrets = { sealed: 0, total: 2 }
    expect(await rekey(store, { current: second, previous: first })).toEqual({
      signingKeys: { sealed: 1, total: 5 },
      dataSourceSecrets,
    })
    const before = await allRows()
    expect(await rekey(store, { current: second, previous: first })).toEqual({
      signingKeys: { sealed: 0, total: 5 },
      dataSourceSecrets,
    })
    expect(await allRows()).toEqual(before)
  })

  it('removes those that ended more than two days ago, and no others', async () => {
    const [environment] = environments
    if (environment === undefined) throw new Error('No environment.')
    const before = await allRows()
    const [old, recent] = await rowsOf(environment)
    const endAgo = (id: string | undefined, hours: number) =>
      store.transaction(environment, (transaction) =>
        transaction
          .update(signingKeys)
          .set({ expiresAt: new Date(Date.now() - hours * 3_600_000) })
          .where(eq(signingKeys.id, id ?? '')),
      )
    await endAgo(old?.id, 49)
    await endAgo(recent?.id, 47)
    const { signingKeys: rekeyed } = await rekey(store, { current: third, previous: second })
    expect(rekeyed).toEqual({ sealed: 4, total: 4 })
    const ids = (rows: typeof before) => rows.map(({ id }) => id).toSorted()
    expect(ids(await allRows())).toEqual(ids(before.filter(({ id }) => id !== old?.id)))
  })
})
