import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashApiKey } from '../../src/access/api-keys.ts'
import { builtinRoles } from '../../src/access/builtin-roles.ts'
import { authenticate, type CredentialDeps } from '../../src/access/credential.ts'
import { HostIdentity } from '../../src/access/host.ts'
import { scopeOf } from '../../src/access/layers.ts'
import { nowhere } from '../../src/access/places/routing.ts'
import { refusalOf } from '../../src/access/refusal.ts'
import { Scope } from '../../src/access/scope.ts'
import { errorCodes, TesseraError } from '../../src/errors.ts'
import { apiKeys, signingKeys } from '../../src/store/tables.ts'
import { placedByRule } from '../support/placing.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit, type TokenKit } from '../support/tokens.ts'

const store = await openTestStore()
let kit: TokenKit

beforeAll(async () => {
  kit = await openTokenKit(store)
})
afterAll(() => store.close())

async function refusal(authorization: string | null | undefined, deps: CredentialDeps = kit.deps) {
  const error = await authenticate(authorization, deps).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TesseraError)) throw new Error('It was not refused.', { cause: error })
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'UNAUTHENTICATED',
    message: errorCodes.UNAUTHENTICATED.text,
  })
  return refusalOf(error)
}

async function addApiKey(changes: { expiresAt?: Date; revokedAt?: Date; scopes?: string[] }) {
  const secret = `tsk_${randomBytes(24).toString('hex')}`
  const id = crypto.randomUUID()
  const row = { ...kit.environment, id, name: 'test', prefix: 'tsk_test', secretHash: hashApiKey(secret) }
  await store.transaction(kit.environment, (transaction) =>
    transaction.insert(apiKeys).values({ ...row, scopes: ['tokens:create'], ...changes }),
  )
  return { id, secret }
}

describe('a credential', () => {
  it('that is a guest token gives a scope, after one verification', async () => {
    const token = await kit.guestToken({
      tenantId: 'ATL',
      subject: 'ann',
      dashboards: [],
      expiresInSeconds: 60,
    })
    let verified = 0
    const credential = await authenticate(`Bearer ${token}`, {
      ...kit.deps,
      onVerified: () => (verified += 1),
    })
    if (credential.kind !== 'guest') throw new Error('not a guest')
    const scope = scopeOf(
      credential.claims,
      { roles: builtinRoles, policies: new Map(), routing: nowhere },
      placedByRule,
    )
    expect(verified).toBe(1)
    expect(Scope.isScope(scope)).toBe(true)
    expect({ ...scope }).toEqual({
      ...kit.environment,
      tenantId: 'ATL',
      subject: 'ann',
      tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      role: null,
      attributes: new Map(),
      attributeReadings: [new Map()],
      place: null,
      region: null,
      permissions: expect.objectContaining({ dashboards: [new Set()], datasets: [], lockedFilters: [] }),
    })
  })

  it('that is an API key gives its host', async () => {
    const { id, secret } = await addApiKey({})
    const credential = await authenticate(`Bearer ${secret}`, kit.deps)
    if (credential.kind !== 'host') throw new Error('not a host')
    expect(HostIdentity.isHostIdentity(credential.host)).toBe(true)
    expect({ ...credential.host }).toEqual({
      ...kit.environment,
      ...{ apiKeyId: id, scopes: ['tokens:create'], tenants: null, networks: null },
    })
  })

  it('needs the store once, however many requests come with it', async () => {
    const token = await kit.guestToken({ tenantId: 'ATL' })
    let transactions = 0
    const counting = {
      ...store,
      transaction: <T>(...given: Parameters<typeof store.transaction<T>>) => {
        // What processes ask for all environments, behind the requests, is on nobody's way.
        if (!('purpose' in given[0])) transactions += 1
        return store.transaction(...given)
      },
    }
    const fresh = await openTokenKit(counting)
    const own = await fresh.guestToken({ tenantId: 'ATL' })
    await authenticate(`Bearer ${own}`, fresh.deps)
    // What was minted is written down behind it.
    await fresh.audit.flush()
    transactions = 0
    await Promise.all(Array.from({ length: 200 }, () => authenticate(`Bearer ${own}`, fresh.deps)))
    expect(transactions).toBe(0)
    await Promise.all(Array.from({ length: 200 }, () => authenticate(`Bearer ${token}`, fresh.deps)))
    expect(transactions).toBe(1)
  })
})

describe('an Authorization header is refused:', () => {
  it('none', async () => {
    expect(await refusal(undefined)).toEqual({ reason: 'credential_missing', proven: null })
    expect(await refusal(null)).toEqual({ reason: 'credential_missing', proven: null })
  })

  it.each([
    ['empty', () => ''],
    ['the scheme alone', () => 'Bearer'],
    ['the scheme and a space', () => 'Bearer '],
    ['no scheme', (token: string) => token],
    ['another scheme', (token: string) => `Basic ${token}`],
    ['the scheme in lower case', (token: string) => `bearer ${token}`],
    ['two spaces', (token: string) => `Bearer  ${token}`],
    ['a tab', (token: string) => `Bearer\t${token}`],
    ['a space ahead', (token: string) => ` Bearer ${token}`],
    ['a space behind', (token: string) => `Bearer ${token} `],
    ['a line break behind', (token: string) => `Bearer ${token}\n`],
    ['two tokens', (token: string) => `Bearer ${token} ${token}`],
    ['two headers joined by a comma', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['quotes', (token: string) => `Bearer "${token}"`],
    ['a parameter', (token: string) => `Bearer token=${token};`],
    ['a full-width letter', (token: string) => `Ｂearer ${token}`],
  ])('%s', async (_, spell) => {
    const header = spell(await kit.guestToken({ tenantId: 'ATL' }))
    expect(await refusal(header)).toEqual({ reason: 'credential_malformed', proven: null })
  })

  it('one of more than 8 kB', async () => {
    expect(await refusal(`Bearer ${'a'.repeat(9_000)}`)).toEqual({ reason: 'token_too_large', proven: null })
  })
})

describe('a credential never passes for another kind:', () => {
  it.each([
    ['an unknown API key', () => `tsk_${'a'.repeat(64)}`, 'api_key_unknown'],
    ['a short API key', () => 'tsk_short', 'api_key_malformed'],
    ['a guest token with the prefix of API keys', (token: string) => `tsk_${token}`, 'api_key_malformed'],
    ['the prefix alone', () => 'tsk_', 'api_key_malformed'],
    ['the prefix in upper case', () => kit.apiKey.toUpperCase(), 'token_malformed'],
    ['an API key without its prefix', () => kit.apiKey.slice('tsk_'.length), 'token_malformed'],
    ['an API key in three parts', () => `${kit.apiKey.slice(4)}.a.b`, 'token_malformed'],
  ])('%s', async (_, spell, reason) => {
    const token = spell(await kit.guestToken({ tenantId: 'ATL' }))
    expect(await refusal(`Bearer ${token}`)).toEqual({ reason, proven: null })
  })

  it('the hash of an API key is no API key', async () => {
    const stolen = hashApiKey(kit.apiKey)
    expect(await refusal(`Bearer tsk_${stolen}`)).toEqual({ reason: 'api_key_unknown', proven: null })
  })
})

describe('a credential that ended is refused, and the audit learns whose it was:', () => {
  it('an expired API key', async () => {
    const { id, secret } = await addApiKey({ expiresAt: new Date(Date.now() - 1) })
    const proven = { ...kit.environment, apiKeyId: id }
    expect(await refusal(`Bearer ${secret}`)).toEqual({ reason: 'api_key_expired', proven })
  })

  it('a revoked API key', async () => {
    const { id, secret } = await addApiKey({ revokedAt: new Date(Date.now() - 1) })
    const proven = { ...kit.environment, apiKeyId: id }
    expect(await refusal(`Bearer ${secret}`)).toEqual({ reason: 'api_key_revoked', proven })
  })

  it('an API key that is revoked while it is in use, within two seconds', async () => {
    const { id, secret } = await addApiKey({})
    await authenticate(`Bearer ${secret}`, kit.deps)
    await store.transaction(kit.environment, (transaction) =>
      transaction
        .update(apiKeys)
        .set({ revokedAt: new Date(Date.now() - 1) })
        .where(eq(apiKeys.id, id)),
    )
    await expect.poll(() => refusalReason(secret), { timeout: 2_500 }).toBe('api_key_revoked')
  })

  it('an expired guest token', async () => {
    const token = await kit.guestToken({ tenantId: 'ATL', expiresInSeconds: 60 })
    const later = { ...kit.deps, now: () => new Date(Date.now() + 60_000) }
    const tokenId = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti
    const proven = { ...kit.environment, tenantId: 'ATL', subject: null, tokenId }
    expect(await refusal(`Bearer ${token}`, later)).toEqual({ reason: 'token_expired', proven })
  })

  it('a guest token whose signing key has ended', async () => {
    const other = await openTokenKit(store)
    const token = await other.guestToken({ tenantId: 'ATL' })
    await store.transaction(other.environment, (transaction) =>
      transaction.update(signingKeys).set({ expiresAt: new Date(Date.now() - 1) }),
    )
    expect(await refusal(`Bearer ${token}`, other.deps)).toMatchObject({ reason: 'key_ended' })
  })

  async function refusalReason(secret: string): Promise<string | undefined> {
    const error: unknown = await authenticate(`Bearer ${secret}`, kit.deps).catch((thrown: unknown) => thrown)
    return refusalOf(error)?.reason
  }
})
