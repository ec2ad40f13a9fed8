import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { permitsScope, requireScope } from '../../src/access/api-key-scopes.ts'
import { apiKeyForm, createApiKeys, hashApiKey, isApiKey, newApiKey } from '../../src/access/api-keys.ts'
import { ensureBootstrapKey } from '../../src/access/bootstrap-key.ts'
import { authenticate } from '../../src/access/credential.ts'
import type { HostIdentity } from '../../src/access/host.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { apiKeys } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit, silent } from '../support/tokens.ts'

const store = await openTestStore()
afterAll(() => store.close())

function newEnvironment() {
  return ensureEnvironment(store, { organization: randomBytes(8).toString('hex'), environment: 'test' })
}

describe('a new API key', () => {
  it('has a visible prefix and 256 random bits', () => {
    const { secret, prefix } = newApiKey()
    expect(secret).toMatch(/^tsk_[a-z0-9]{8}_[\w-]{43}$/)
    expect(secret.startsWith(`${prefix}_`)).toBe(true)
    expect(isApiKey(secret)).toBe(true)
    expect(new Set(Array.from({ length: 100 }, () => newApiKey().secret)).size).toBe(100)
  })
})

describe('the form of an API key', () => {
  it.each([
    '',
    'tsk_',
    `tsk_${'a'.repeat(31)}`,
    `tsk_${'a'.repeat(201)}`,
    'a'.repeat(40),
    `tsk_${'a'.repeat(32)}\n`,
    `tsk_${'a'.repeat(31)}é`,
  ])('is not %j', (text) => {
    expect(isApiKey(text)).toBe(false)
  })

  it('is `tsk_` and 32 characters or more', () => {
    expect(isApiKey(`tsk_${'a-_0'.repeat(8)}`)).toBe(true)
  })
})

describe('the bootstrap key', () => {
  it('is made once where none is given, and works', async () => {
    const environment = await newEnvironment()
    const secret = await ensureBootstrapKey(store, environment)
    if (secret === null) throw new Error('none was made')
    expect(await ensureBootstrapKey(store, environment)).toBeNull()
    const key = await createApiKeys({ store, log: silent }).verify(secret, new Date())
    expect(key).toMatchObject({ ...environment, scopes: ['admin'] })
  })

  it('is made once by many processes that start at once', async () => {
    const environment = await newEnvironment()
    const made = await Promise.all(Array.from({ length: 5 }, () => ensureBootstrapKey(store, environment)))
    expect(made.filter((secret) => secret !== null)).toHaveLength(1)
  })

  it('is exactly the given one, as often as it is given', async () => {
    const environment = await newEnvironment()
    const given = `tsk_${randomBytes(32).toString('hex')}`
    for (let start = 0; start < 3; start += 1) {
      expect(await ensureBootstrapKey(store, environment, given)).toBeNull()
    }
    const rows = await store.transaction(environment, (transaction) => transaction.select().from(apiKeys))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      name: 'bootstrap',
      prefix: given.slice(0, 8),
      secretHash: hashApiKey(given),
      scopes: ['admin'],
      revokedAt: null,
      expiresAt: null,
    })
    expect(JSON.stringify(rows)).not.toContain(given.slice(8))
  })

  it('stays beside one that was given earlier', async () => {
    const environment = await newEnvironment()
    const secrets = [1, 2].map(() => `tsk_${randomBytes(32).toString('hex')}`)
    for (const secret of secrets) await ensureBootstrapKey(store, environment, secret)
    const keys = createApiKeys({ store, log: silent })
    for (const secret of secrets) {
      expect(await keys.verify(secret, new Date())).toMatchObject({ ...environment, scopes: ['admin'] })
    }
  })

  it('of a wrong form is refused without being shown', async () => {
    const environment = await newEnvironment()
    await expect(ensureBootstrapKey(store, environment, 'tsk_hunter2')).rejects.toThrow(
      new Error(`TESSERA_BOOTSTRAP_API_KEY: expected ${apiKeyForm}.`),
    )
  })

  it('does not come back once it was revoked', async () => {
    const environment = await newEnvironment()
    const given = `tsk_${randomBytes(32).toString('hex')}`
    await ensureBootstrapKey(store, environment, given)
    await store.transaction(environment, (transaction) =>
      transaction.update(apiKeys).set({ revokedAt: new Date() }),
    )
    await expect(ensureBootstrapKey(store, environment, given)).rejects.toThrow(
      new Error('TESSERA_BOOTSTRAP_API_KEY: the key was revoked or given an end; give another one.'),
    )
  })

  it('is of one environment alone', async () => {
    const given = `tsk_${randomBytes(32).toString('hex')}`
    await ensureBootstrapKey(store, await newEnvironment(), given)
    await expect(ensureBootstrapKey(store, await newEnvironment(), given)).rejects.toThrow(
      new Error('TESSERA_BOOTSTRAP_API_KEY: it is a key of another environment.'),
    )
  })
})

describe('an API key that was revoked', () => {
  it('is refused by a process whose clock is behind the store’s as well', async () => {
    const environment = await newEnvironment()
    const secret = await ensureBootstrapKey(store, environment)
    await store.transaction(environment, (transaction) =>
      transaction.update(apiKeys).set({ revokedAt: new Date() }),
    )
    const now = new Date(Date.now() - 30_000)
    await expect(createApiKeys({ store, log: silent }).verify(secret ?? '', now)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      details: { cause: { reason: 'api_key_revoked' } },
    })
  })
})

describe('the scopes of an API key', () => {
  async function hostWith(scopes: string[]): Promise<HostIdentity> {
    const kit = await openTokenKit(store)
    const { secret, prefix } = newApiKey()
    const row = {
      ...kit.environment,
      id: crypto.randomUUID(),
      name: 'test',
      prefix,
      secretHash: hashApiKey(secret),
      scopes,
    }
    await store.transaction(kit.environment, (transaction) => transaction.insert(apiKeys).values(row))
    const credential = await authenticate(`Bearer ${secret}`, kit.deps)
    if (credential.kind !== 'host') throw new Error('not a host')
    return credential.host
  }

  it('permit what they name', async () => {
    const host = await hostWith(['tokens:create', 'audit:read'])
    expect(permitsScope(host, 'tokens:create')).toBe(true)
    expect(permitsScope(host, 'audit:read')).toBe(true)
    expect(permitsScope(host, 'model:write')).toBe(false)
    expect(permitsScope(host, 'admin')).toBe(false)
    expect(() => requireScope(host, 'model:write')).toThrow(
      'The credential does not permit this. Expected an API key with the scope model:write.',
    )
  })

  it('are all implied by admin, and none by an empty list', async () => {
    const admin = await hostWith(['admin'])
    const nobody = await hostWith([])
    for (const scope of [
      'tokens:create',
      'model:write',
      'keys:write',
      'audit:read',
      'usage:read',
      'admin',
    ] as const) {
      expect(permitsScope(admin, scope)).toBe(true)
      expect(permitsScope(nobody, scope)).toBe(false)
    }
  })
})
