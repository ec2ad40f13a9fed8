import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { createApiKeyUses } from '../../src/access/api-key-uses.ts'
import { createApiKeys, hashApiKey } from '../../src/access/api-keys.ts'
import { type Network, parseNetwork } from '../../src/access/networks.ts'
import { apiKeys, auditEvents } from '../../src/store/tables.ts'
import type { Answered } from '../support/server.ts'
import { openTestStore } from '../support/store.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { openTokenKit, silent } from '../support/tokens.ts'

const store = await openTestStore()
let server: TokenServer
let admin: string

beforeAll(async () => {
  server = await startTokenServer(store, {
    proxyTrust: { proxies: [network('127.0.0.1')], header: 'x-forwarded-for' },
  })
  admin = server.kit.apiKey
})
afterAll(async () => {
  await server.close()
  await store.close()
})

function network(text: string): Network {
  const parsed = parseNetwork(text)
  if (parsed === null) throw new Error('no network')
  return parsed
}

const fields = 'id name prefix scopes tenants networks rotatedFrom expiresAt revokedAt lastUsedAt'
const create = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { ${fields} } } }`
const rotate = `mutation ($id: ID!, $graceSeconds: Int) {
  rotateApiKey(id: $id, graceSeconds: $graceSeconds) { secret apiKey { ${fields} } } }`
const revoke = 'mutation ($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }'
const mint = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { id token } }'
const list = '{ apiKeys { id } }'

interface Made {
  readonly id: string
  readonly secret: string
  readonly shown: Readonly<Record<string, unknown>>
}

function madeOf({ body }: Answered): Made {
  const { createApiKey, rotateApiKey } = Object(body.data)
  const { secret, apiKey } = createApiKey ?? rotateApiKey ?? {}
  if (apiKey === undefined) throw new Error(JSON.stringify(body))
  return { secret, id: apiKey.id, shown: apiKey }
}

async function make(input: object, maker = admin): Promise<Made> {
  return madeOf(await server.post(maker, create, { input: { name: 'test', ...input } }))
}

/** The status, and the code, argument and message of the first error. */
function refusal({ status, body }: Answered) {
  const [error] = body.errors ?? []
  return [status, error?.extensions?.code, error?.extensions?.argument, error?.message]
}

const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
const forbidden = 'The credential does not permit this.'

describe('a key that was made', () => {
  it('is shown once, and does what its scopes say and nothing else', async () => {
    const key = await make({ name: 'minting', scopes: ['tokens:create'] })
    expect(key.shown).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'minting',
      prefix: key.secret.slice(0, 12),
      scopes: ['tokens:create'],
      ...{ tenants: null, networks: null, rotatedFrom: null },
      ...{ expiresAt: null, revokedAt: null, lastUsedAt: null },
    })
    expect(key.secret).toMatch(/^tsk_[a-z0-9]{8}_[\w-]{43}$/)
    const listed = await server.post(
      admin,
      '{ apiKeys { id name prefix } auditEvents { edges { node { detail } } } }',
    )
    expect(JSON.stringify(listed.body)).not.toContain(key.secret)
    expect(refusal(await server.post(key.secret, mint, { input: { tenantId: 'acme' } }))).toEqual([
      200,
      undefined,
      undefined,
      undefined,
    ])
    for (const other of [
      list,
      '{ signingKeys { id } }',
      '{ auditEvents { edges { cursor } } }',
      'mutation { applyModel(document: {}) { version } }',
    ]) {
      const [, code] = refusal(await server.post(key.secret, other))
      expect([other, code]).toEqual([other, 'FORBIDDEN'])
    }
  })

  it('is of its maker’s environment alone', async () => {
    const other = await openTokenKit(store)
    const key = await make({ scopes: ['admin'] })
    expect(JSON.stringify((await server.post(key.secret, list)).body)).toContain(key.id)
    expect(JSON.stringify((await server.post(other.apiKey, list)).body)).not.toContain(key.id)
    for (const [query, id] of [
      [rotate, key.id],
      [revoke, key.id],
      [rotate, randomUUID()],
      [rotate, 'x'],
    ] as const) {
      const answer = await server.post(other.apiKey, query, { id })
      expect(refusal(answer).slice(1, 3)).toEqual(['NOT_FOUND', 'id'])
    }
    expect((await server.post(key.secret, list)).status).toBe(200)
  })

  it('ends when it says so', async () => {
    const key = await make({ scopes: ['keys:write'], expiresAt: new Date(Date.now() + 1_500).toISOString() })
    expect((await server.post(key.secret, list)).status).toBe(200)
    await expect.poll(async () => (await server.post(key.secret, list)).status, { timeout: 4_000 }).toBe(401)
  })
})

describe('a key can’t make a key with more than it has', () => {
  const bounded = {
    scopes: ['tokens:create', 'keys:write'],
    tenants: ['acme-*', 'globex'],
    networks: ['127.0.0.0/8', '2001:db8::/32'],
    expiresAt: tomorrow,
  }
  let maker: Made

  beforeAll(async () => {
    maker = await make(bounded)
  })

  it('but one with as much, where nothing else is said', async () => {
    const { shown } = await make({ scopes: ['tokens:create'] }, maker.secret)
    expect(shown).toMatchObject({ ...bounded, scopes: ['tokens:create'] })
  })

  it('or with less', async () => {
    const less = {
      scopes: ['tokens:create'],
      tenants: ['acme-eu-*', 'acme-1'],
      networks: ['127.0.0.1'],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }
    expect((await make(less, maker.secret)).shown).toMatchObject(less)
  })

  test.each([
    ['scopes', { scopes: ['audit:read'] }],
    ['tenants', { tenants: ['*'] }],
    ['tenants', { tenants: ['acme*'] }],
    ['tenants', { tenants: ['acme-1', 'initech'] }],
    ['networks', { networks: ['0.0.0.0/0'] }],
    ['networks', { networks: ['127.0.0.1', '10.0.0.1'] }],
    ['time', { expiresAt: new Date(Date.now() + 2 * 86_400_000).toISOString() }],
  ])('no more %s: %j', async (what, input) => {
    const before = await server.post(admin, list)
    const answer = await server.post(maker.secret, create, {
      input: { name: 'more', scopes: ['tokens:create'], ...input },
    })
    expect(refusal(answer)).toEqual([
      200,
      'FORBIDDEN',
      'input',
      `${forbidden} input: expected no more ${what} than the API key has itself.`,
    ])
    expect((await server.post(admin, list)).body).toEqual(before.body)
  })

  it('nor get one by rotating it', async () => {
    const free = await make({ scopes: ['keys:write'] })
    const strong = await make({ scopes: ['admin'] })
    const answer = await server.post(free.secret, rotate, { id: strong.id })
    expect(refusal(answer)).toEqual([
      200,
      'FORBIDDEN',
      'id',
      `${forbidden} id: expected no more scopes than the API key has itself.`,
    ])
    expect((await server.post(strong.secret, list)).status).toBe(200)
  })
})

describe('what is asked for wrongly is refused with its place', () => {
  test.each([
    ['input.name', { name: '' }],
    ['input.name', { name: 'a\u0000' }],
    ['input.scopes', { scopes: [] }],
    ['input.scopes', { scopes: ['tokens:create', 'root'] }],
    ['input.scopes', { scopes: ['admin'], tenants: ['acme-*'] }],
    ['input.scopes', { scopes: ['model:write'], tenants: ['acme-*'] }],
    ['input.tenants.1', { tenants: ['acme', 'a*c'] }],
    ['input.networks.0', { networks: ['example.com'] }],
    ['input.expiresAt', { expiresAt: '2001-01-01T00:00:00Z' }],
    // An hour of the server's own time zone.
    ['input.expiresAt', { expiresAt: '2100-03-01 10:00' }],
    ['input.expiresAt', { expiresAt: '2100' }],
    // A date of JavaScript that the store does not have.
    ['input.expiresAt', { expiresAt: '+275760-09-13T00:00:00Z' }],
  ])('%s: %j', async (argument, input) => {
    const answer = await server.post(admin, create, {
      input: { name: 'x', scopes: ['tokens:create'], ...input },
    })
    expect(refusal(answer).slice(0, 3)).toEqual([200, 'BAD_USER_INPUT', argument])
  })
})

describe('a key of some tenants', () => {
  let key: Made
  beforeAll(async () => {
    key = await make({ scopes: ['tokens:create', 'keys:write', 'audit:read'], tenants: ['acme-*'] })
  })

  const explain = `query ($input: ExplainInput!) { explain(input: $input) { outcome } }`
  const end = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'

  it('mints for these alone', async () => {
    expect(refusal(await server.post(key.secret, mint, { input: { tenantId: 'acme-1' } }))[1]).toBeUndefined()
    expect(refusal(await server.post(key.secret, mint, { input: { tenantId: 'globex' } }))).toEqual([
      200,
      'FORBIDDEN',
      undefined,
      `${forbidden} Expected a tenant of the API key's own: acme-*.`,
    ])
  })

  it('explains, ends and audits nothing of the others', async () => {
    const answer = await server.post(admin, mint, { input: { tenantId: 'globex' } })
    const { id, token } = Object(answer.body.data).createGuestToken
    const question = { dashboard: 'x' }
    const attempts: readonly (readonly [string, object])[] = [
      [explain, { tokenId: id, question }],
      [explain, { token: { tenantId: 'globex' }, question }],
      [end, { id }],
      [end, { id: 'a-token-of-nobody' }],
      [end, { tenantId: 'globex' }],
      [end, { subject: { tenantId: 'globex', subject: 'ann' } }],
    ]
    for (const [query, input] of attempts) {
      const [, code] = refusal(await server.post(key.secret, query, { input }))
      expect([query, input, code]).toEqual([query, input, 'FORBIDDEN'])
    }
    expect(await server.statusFor(token)).toBe(200)
    await server.kit.audit.flush()
    const audited = await server.post(key.secret, '{ auditEvents { edges { node { tenantId } } } }')
    const seen = Object(audited.body.data).auditEvents.edges.map(
      ({ node }: { node: object }) => Object(node).tenantId,
    )
    expect(new Set(seen)).toEqual(new Set(['acme-1']))
  })

  it('turns no key that is everybody’s, and sees and ends no key of others', async () => {
    const other = await make({ scopes: ['tokens:create'], tenants: ['globex'] })
    // More than the one that asks has of everything else, too.
    const stronger = await make({ scopes: ['usage:read', 'keys:write'], tenants: ['globex'] })
    const everybodys = await make({ scopes: ['admin'] })
    const own = await make({ scopes: ['tokens:create'], tenants: ['acme-2'] })
    const signing = await server.post(key.secret, 'mutation { rotateSigningKey { id } }')
    expect(refusal(signing)[1]).toBe('FORBIDDEN')
    const { apiKeys: listed } = Object((await server.post(key.secret, list)).body.data)
    const ids = listed.map(({ id }: { id: string }) => id)
    expect([ids.includes(own.id), ids.includes(key.id)]).toEqual([true, true])
    for (const { id } of [other, stronger, everybodys]) {
      expect(ids).not.toContain(id)
      for (const query of [revoke, rotate]) {
        const foreign = await server.post(key.secret, query, { id })
        expect(refusal(foreign)).toEqual(refusal(await server.post(key.secret, query, { id: randomUUID() })))
        expect(refusal(foreign)[1]).toBe('NOT_FOUND')
      }
    }
    expect((await server.post(other.secret, mint, { input: { tenantId: 'globex' } })).status).toBe(200)
    expect(refusal(await server.post(key.secret, revoke, { id: own.id }))[1]).toBeUndefined()
  })

  it('mints for nobody where the list is empty', async () => {
    const none = await make({ scopes: ['tokens:create'], tenants: [] })
    expect(refusal(await server.post(none.secret, mint, { input: { tenantId: 'acme-1' } }))[1]).toBe(
      'FORBIDDEN',
    )
  })
})

describe('a key of some networks', () => {
  async function statusFrom(secret: string, forwarded: string): Promise<number> {
    return (await server.post(secret, list, {}, { 'x-forwarded-for': forwarded })).status
  }

  it('is refused from elsewhere like one that does not exist, and the audit says why', async () => {
    const { id, secret } = await make({
      scopes: ['keys:write'],
      networks: ['203.0.113.0/24', '2001:db8::/32'],
    })
    expect(await statusFrom(secret, '203.0.113.9')).toBe(200)
    expect(await statusFrom(secret, '2001:db8::9')).toBe(200)
    expect(await statusFrom(secret, '198.51.100.1')).toBe(401)
    // The right-most counts, whatever the client wrote before it.
    expect(await statusFrom(secret, '203.0.113.9, 198.51.100.1')).toBe(401)
    expect(await statusFrom(secret, 'unknown')).toBe(401)
    const wrong = await server.post(secret, list, {}, { 'x-forwarded-for': '198.51.100.1' })
    const unknown = await server.post(`${secret.slice(0, -4)}aaaa`, list)
    const withoutId = ({ body }: Answered) =>
      body.errors?.map(({ extensions, ...error }) => ({
        ...error,
        extensions: { ...extensions, requestId: '' },
      }))
    expect(withoutId(wrong)).toEqual(withoutId(unknown))
    await server.kit.audit.flush()
    const events = await store.transaction(server.kit.environment, (transaction) =>
      transaction.select().from(auditEvents).where(eq(auditEvents.apiKeyId, id)),
    )
    expect(events.map(({ kind, outcome, reason, address }) => ({ kind, outcome, reason, address }))).toEqual(
      ['198.51.100.1', '198.51.100.1', null, '198.51.100.1'].map((address) => ({
        kind: 'credential.refused',
        outcome: 'REFUSED',
        reason: 'api_key_network',
        address,
      })),
    )
  })

  it('is refused where the address is not known, and everywhere where the list is empty', async () => {
    const known = await make({ scopes: ['keys:write'], networks: ['127.0.0.0/8'] })
    const none = await make({ scopes: ['keys:write'], networks: [] })
    expect((await server.post(known.secret, list)).status).toBe(200)
    expect((await server.post(none.secret, list)).status).toBe(401)
    const keys = createApiKeys({ store, log: silent })
    await expect(keys.verify(known.secret, new Date())).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      details: { cause: { reason: 'api_key_network' } },
    })
  })
})

describe('a rotated key', () => {
  it('takes the place of the one before, with its name and bounds, and that ends', async () => {
    const bounds = { scopes: ['keys:write'], networks: ['127.0.0.0/8'], expiresAt: tomorrow }
    const before = await make({ name: 'backend', ...bounds })
    const after = madeOf(await server.post(before.secret, rotate, { id: before.id }))
    expect(after.shown).toMatchObject({ name: 'backend', ...bounds, tenants: null, rotatedFrom: before.id })
    expect((await server.post(after.secret, list)).status).toBe(200)
    await expect
      .poll(async () => (await server.post(before.secret, list)).status, { timeout: 4_000 })
      .toBe(401)
    expect(refusal(await server.post(after.secret, rotate, { id: before.id })).slice(1, 3)).toEqual([
      'BAD_USER_INPUT',
      'id',
    ])
  })

  it('leaves the one before for the grace time, and never longer than it had', async () => {
    const before = await make({
      scopes: ['keys:write'],
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    })
    await server.post(admin, rotate, { id: before.id, graceSeconds: 3_600 })
    expect((await server.post(before.secret, list)).status).toBe(200)
    const [row] = await store.transaction(server.kit.environment, (transaction) =>
      transaction.select().from(apiKeys).where(eq(apiKeys.id, before.id)),
    )
    expect(row?.expiresAt?.toISOString()).toBe(before.shown.expiresAt)
  })

  test.each([-1, 2_592_001])('has a grace time of up to 30 days, not %d s', async (graceSeconds) => {
    const { id } = await make({ scopes: ['keys:write'] })
    expect(refusal(await server.post(admin, rotate, { id, graceSeconds })).slice(1, 3)).toEqual([
      'BAD_USER_INPUT',
      'graceSeconds',
    ])
  })
})

describe('the keys that the audit names', () => {
  it('are told in full to who may list them, and otherwise by id and prefix', async () => {
    const used = await make({ name: 'Project Globex', scopes: ['tokens:create'] })
    const inAcme = await make({ name: 'acme', scopes: ['tokens:create'], tenants: ['acme-*'] })
    for (const { secret } of [used, inAcme])
      await server.post(secret, mint, { input: { tenantId: 'acme-7' } })
    await server.kit.audit.flush()
    const query =
      '{ auditEvents { edges { node { apiKey { id prefix name details { scopes tenants } } } } } }'
    const toldTo = async ({ secret }: { secret: string }) => {
      const { edges } = Object((await server.post(secret, query)).body.data).auditEvents
      const named = (id: string) =>
        Object(edges.find(({ node }: { node: object }) => Object(node).apiKey?.id === id)).node?.apiKey
      return [named(used.id), named(inAcme.id)]
    }
    const bare = ({ id, shown }: Made) => ({ id, prefix: shown.prefix, name: null, details: null })
    const full = ({ id, shown: { prefix, name, scopes, tenants } }: Made) => ({
      ...{ id, prefix, name },
      details: { scopes, tenants },
    })
    const tenants = ['acme-*']
    expect(await toldTo(await make({ scopes: ['audit:read'] }))).toEqual([bare(used), bare(inAcme)])
    expect(await toldTo(await make({ scopes: ['audit:read'], tenants }))).toEqual([bare(used), bare(inAcme)])
    expect(await toldTo(await make({ scopes: ['audit:read', 'keys:write'], tenants }))).toEqual([
      bare(used),
      full(inAcme),
    ])
    expect(await toldTo({ secret: admin })).toEqual([full(used), full(inAcme)])
  })
})

describe('the last use of a key', () => {
  async function lastUse(secret: string): Promise<Date | null | undefined> {
    const [row] = await store.transaction({ apiKeyHash: hashApiKey(secret) }, (transaction) =>
      transaction.select().from(apiKeys),
    )
    return row?.lastUsedAt
  }

  it('is written behind the answer, once a minute on all processes together', async () => {
    const { secret } = await make({ scopes: ['keys:write'] })
    const use = async () => {
      const uses = createApiKeyUses({ store, log: silent, everyMs: 60_000 })
      const keys = createApiKeys({ store, log: silent, onUse: uses.note })
      await keys.verify(secret, new Date())
      await keys.verify(secret, new Date())
      const atOnce = await lastUse(secret)
      await uses.close()
      return atOnce
    }
    expect(await use()).toBeNull()
    const first = await lastUse(secret)
    expect(first).toBeInstanceOf(Date)
    await use()
    expect(await lastUse(secret)).toEqual(first)
    const old = new Date(Date.now() - 61_000)
    await store.transaction(server.kit.environment, (transaction) =>
      transaction
        .update(apiKeys)
        .set({ lastUsedAt: old })
        .where(eq(apiKeys.secretHash, hashApiKey(secret))),
    )
    await use()
    expect((await lastUse(secret))?.getTime()).toBeGreaterThan(old.getTime() + 30_000)
  })

  it('is not that of a key that was refused', async () => {
    const { secret } = await make({ scopes: ['keys:write'], networks: [] })
    const uses = createApiKeyUses({ store, log: silent, everyMs: 60_000 })
    const keys = createApiKeys({ store, log: silent, onUse: uses.note })
    await expect(keys.verify(secret, new Date(), '127.0.0.1')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
    await uses.close()
    expect(await lastUse(secret)).toBeNull()
  })
})
