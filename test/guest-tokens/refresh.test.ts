import { randomBytes, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashApiKey, newApiKey } from '../../src/access/api-keys.ts'
import { generateKey } from '../../src/access/key-material.ts'
import { parseRefreshSecret } from '../../src/access/refresh-secret.ts'
import { apiKeys, auditEvents, guestTokens, refreshFamilies, revocations } from '../../src/store/tables.ts'
import { openTestStore } from '../support/store.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { openTokenKit } from '../support/tokens.ts'

const store = await openTestStore()
let server: TokenServer
let foreign: TokenServer

beforeAll(async () => {
  server = await startTokenServer(store)
  foreign = await startTokenServer(store)
})

afterAll(async () => {
  await server.close()
  await foreign.close()
  await store.close()
})

const tokenFields = '{ token id expiresAt refreshToken refreshExpiresAt }'
const minting = `mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) ${tokenFields} }`
const refreshing = `mutation ($with: String!) { refreshGuestToken(refreshToken: $with) ${tokenFields} }`

interface Given {
  readonly token: string
  readonly id: string
  readonly expiresAt: string
  readonly refreshToken: string
  readonly refreshExpiresAt: string
}

async function mint(input: object = {}): Promise<Given> {
  const all = { tenantId: 'ATL', subject: 'ann', withRefreshToken: true, ...input }
  const { body } = await server.post(server.kit.apiKey, minting, { input: all })
  expect(body.errors).toBeUndefined()
  return Object(body.data).createGuestToken
}

/** The new tokens, or the code of the refusal. By default the refresh token is the credential itself. */
async function refresh(
  refreshToken: string,
  credential = refreshToken,
  by = server,
): Promise<Given | string> {
  const { body } = await by.post(credential, refreshing, { with: refreshToken })
  const [error] = body.errors ?? []
  return error === undefined ? Object(body.data).refreshGuestToken : String(error.extensions?.code)
}

async function refreshed(refreshToken: string, credential = refreshToken): Promise<Given> {
  const given = await refresh(refreshToken, credential)
  if (typeof given === 'string') throw new Error(given)
  return given
}

async function events() {
  await server.kit.audit.flush()
  const rows = await store.transaction(server.kit.environment, (transaction) =>
    transaction.select().from(auditEvents),
  )
  return rows.map(({ kind, reason, tenantId, subject, tokenId, detail }) => ({
    ...{ kind, reason, tenantId, subject, tokenId, detail },
  }))
}

describe('a refresh token', () => {
  test('gives the next guest token, which says what the first said, and the next refresh token', async () => {
    const first = await mint({ dashboards: [], maxDateRangeDays: 7, expiresInSeconds: 120 })
    const second = await refreshed(first.refreshToken)
    const third = await refreshed(second.refreshToken)
    const told = ({ token }: Given) => {
      const { jti, iat = 0, exp = 0, minted_at_us: _, ...claims } = decodeJwt(token)
      return { ...claims, lifetime: exp - iat }
    }
    expect([told(second), told(third)]).toEqual([told(first), told(first)])
    expect(told(first)).toMatchObject({ tenant_id: 'ATL', sub: 'ann', dashboard_ids: [], lifetime: 120 })
    expect(new Set([first, second, third].flatMap(({ id, refreshToken }) => [id, refreshToken])).size).toBe(6)
    expect(third.refreshExpiresAt).toBe(first.refreshExpiresAt)
    expect(await Promise.all([first, second, third].map(({ token }) => server.statusFor(token)))).toEqual([
      200, 200, 200,
    ])
  })

  test('is there only where it is asked for, and is not kept itself', async () => {
    const without = await mint({ withRefreshToken: false })
    expect([without.refreshToken, without.refreshExpiresAt]).toEqual([null, null])
    const { refreshToken } = await mint()
    expect(refreshToken).toMatch(/^tsr_[0-9a-f]{32}_[\w-]{43}$/)
    const rows = await store.transaction(server.kit.environment, (transaction) =>
      transaction.select().from(refreshFamilies),
    )
    expect(JSON.stringify([rows, await events()])).not.toContain(refreshToken.slice(-43))
  })

  test('lives as long as it is said, and its guest tokens no longer than itself', async () => {
    const { refreshToken, refreshExpiresAt } = await mint({ refreshExpiresInSeconds: 100 })
    const { expiresAt } = await refreshed(refreshToken)
    expect(Date.parse(expiresAt)).toBe(Math.floor(Date.parse(refreshExpiresAt) / 1000) * 1000)
    const brief = await mint({ refreshExpiresInSeconds: 1 })
    expect(await refresh(brief.refreshToken, server.kit.apiKey)).toBe('UNAUTHENTICATED')
  })

  test.each([0, -1, 1.5, 7_776_001])('of %d seconds there is none', async (refreshExpiresInSeconds) => {
    const input = { tenantId: 'ATL', withRefreshToken: true, refreshExpiresInSeconds }
    const { body } = await server.post(server.kit.apiKey, minting, { input })
    expect(body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT')
  })

  test('its lifetime without it is a mistake', async () => {
    const input = { tenantId: 'ATL', refreshExpiresInSeconds: 60 }
    const { body } = await server.post(server.kit.apiKey, minting, { input })
    expect(body.errors?.[0]?.message).toBe(
      'An argument is not of the allowed form. input.refreshExpiresInSeconds: expected nothing, where withRefreshToken is not true.',
    )
  })
})

describe('a second use', () => {
  test('ends the family: its refresh tokens and its guest tokens, and no other, with audit lines', async () => {
    const [first, other] = [await mint({ subject: 'thief' }), await mint({ subject: 'thief' })]
    const second = await refreshed(first.refreshToken)
    expect(await refresh(first.refreshToken)).toBe('UNAUTHENTICATED')
    expect(await refresh(second.refreshToken)).toBe('UNAUTHENTICATED')
    const statuses = [first, second, other].map(({ token }) => server.statusFor(token))
    expect(await Promise.all(statuses)).toEqual([401, 401, 200])
    await refreshed(other.refreshToken)

    const about = (await events()).filter(
      ({ kind, subject, reason }) =>
        (subject === 'thief' && kind !== 'token.minted') || reason?.startsWith('refresh_'),
    )
    const line = { tenantId: 'ATL', subject: 'thief', tokenId: null, detail: {} }
    const detail = { familyId: first.id }
    expect(about).toContainEqual({
      ...line,
      kind: 'token.refreshed',
      reason: null,
      tokenId: second.id,
      detail,
    })
    expect(about).toContainEqual({
      ...{ ...line, kind: 'token.revoked', reason: 'refresh_reused' },
      detail: { by: 'family', ...detail },
    })
    const refusedLine = { ...line, kind: 'credential.refused' }
    expect(about).toContainEqual({ ...refusedLine, reason: 'refresh_reused' })
    expect(about).toContainEqual({ ...refusedLine, reason: 'refresh_ended' })
  })

  test('is not seen where the token was made up: it is unknown, and nothing ends', async () => {
    const first = await mint({ subject: 'ben' })
    const familyId = String(decodeJwt(first.token).family_id)
    const invented = `tsr_${familyId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
    expect((await server.post(invented, '{ __typename }')).status).toBe(401)
    expect(await refresh(invented)).toBe('UNAUTHENTICATED')
    expect(await refresh(invented, server.kit.apiKey)).toBe('UNAUTHENTICATED')
    expect(await refresh(invented, first.token)).toBe('UNAUTHENTICATED')
    expect(await server.statusFor(first.token)).toBe(200)
    const second = await refreshed(first.refreshToken)
    // A tag is of one family.
    const other = await mint({ subject: 'ben' })
    const borrowed = first.refreshToken.slice(0, -43) + other.refreshToken.slice(-43)
    expect(await refresh(borrowed, server.kit.apiKey)).toBe('UNAUTHENTICATED')
    await refreshed(second.refreshToken)
    const reasons = (await events()).map(({ reason }) => reason)
    expect(reasons.filter((reason) => reason === 'refresh_unknown').length).toBeGreaterThanOrEqual(3)
  })

  test('of one that was given out before there were tags ends nothing, and the good one of then works', async () => {
    const { token } = await mint({ tenantId: 'before' })
    const familyId = String(decodeJwt(token).family_id)
    const text = `tsr_${familyId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
    const hash = parseRefreshSecret(text)?.hash ?? ''
    const { organizationId, environmentId } = server.kit.environment
    await store.transaction({ organizationId, environmentId }, (transaction) =>
      transaction.update(refreshFamilies).set({ secretHash: hash }).where(eq(refreshFamilies.id, familyId)),
    )
    const next = await refreshed(text)
    expect(await refresh(text, server.kit.apiKey)).toBe('UNAUTHENTICATED')
    await refreshed(next.refreshToken)
  })

  test('at the same moment: one wins, and the family ends', async () => {
    const first = await mint()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => refresh(first.refreshToken)))
    const [won, ...others] = outcomes.filter((outcome) => typeof outcome !== 'string')
    expect([won === undefined, others]).toEqual([false, []])
    expect(won === undefined ? 0 : await server.statusFor(won.token)).toBe(401)
    expect(won === undefined ? '' : await refresh(won.refreshToken)).toBe('UNAUTHENTICATED')
  })
})

test('what it leads to means what the policy says then, and nothing where there no longer is one', async () => {
  const apply = async (...policies: object[]) => {
    const mutation = 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }'
    const { body } = await server.post(server.kit.apiKey, mutation, {
      document: { dataSources: [], datasets: [], policies },
    })
    expect(body.errors).toBeUndefined()
  }
  const longest = async ({ token }: Given) => {
    const { body } = await server.post(token, '{ viewer { permissions { maxDateRangeDays } } }')
    return Object(body.data).viewer.permissions.maxDateRangeDays
  }
  await apply({ name: 'week', maxDateRangeDays: 7 })
  const first = await mint({ policy: 'week', maxDateRangeDays: 5 })
  expect(await longest(first)).toBe(5)
  await apply({ name: 'week', maxDateRangeDays: 3 })
  const second = await refreshed(first.refreshToken)
  expect(await longest(second)).toBe(3)
  await apply()
  expect(await refresh(second.refreshToken)).toBe('UNAUTHENTICATED')
  expect((await events()).map(({ reason }) => reason)).toContain('policy_unknown')
  await apply({ name: 'week', maxDateRangeDays: 30 })
  expect(await longest(await refreshed(second.refreshToken))).toBe(5)
})

describe('who may use it', () => {
  test('whoever has it, the host of its environment and guests of its tenant', async () => {
    let given = await mint()
    for (const credential of [null, server.kit.apiKey, given.token]) {
      given = await refreshed(given.refreshToken, credential ?? given.refreshToken)
    }
    expect(await server.statusFor(given.token)).toBe(200)
  })

  test('nobody else, and it is as good as before', async () => {
    const given = await mint()
    const [other, stranger] = [await mint(), await mint({ tenantId: 'JFK' })]
    expect(await refresh(given.refreshToken, stranger.token)).toBe('UNAUTHENTICATED')
    expect(await refresh(given.refreshToken, other.refreshToken)).toBe('UNAUTHENTICATED')
    expect(await refresh(given.refreshToken, foreign.kit.apiKey, foreign)).toBe('UNAUTHENTICATED')
    expect(await refresh(given.refreshToken, await keyWith(['keys:write']))).toBe('FORBIDDEN')
    const ofOthers = await keyWith(['tokens:create'], ['JFK'])
    expect(await refresh(given.refreshToken, ofOthers)).toBe('UNAUTHENTICATED')
    expect(typeof (await refresh(given.refreshToken))).toBe('object')
  })

  test('no page that its guest tokens or the environment are not for, and that does not use it up', async () => {
    const [app, other] = ['https://app.example.com', 'https://other.example']
    const list = async (origins: readonly string[] | null) => {
      const setting = 'mutation ($origins: [String!]) { setAllowedOrigins(origins: $origins) }'
      await server.post(server.kit.apiKey, setting, { origins })
    }
    const { body: applied } = await server.post(
      server.kit.apiKey,
      'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }',
      { document: { dataSources: [], datasets: [], policies: [{ name: 'pages', origins: [app] }] } },
    )
    expect(applied.errors).toBeUndefined()
    const from = async (given: Given, origin: string | null, credential = given.refreshToken) => {
      const headers = origin === null ? {} : { origin }
      const { body } = await server.post(credential, refreshing, { with: given.refreshToken }, headers)
      return body.errors?.[0]?.extensions?.code ?? Object(body.data).refreshGuestToken
    }
    for (const input of [{ origins: [app] }, { policy: 'pages', origins: [app, other] }]) {
      const bound = await mint(input)
      expect([await from(bound, other), await from(bound, null)]).toEqual([
        'ORIGIN_NOT_ALLOWED',
        'ORIGIN_NOT_ALLOWED',
      ])
      expect(await from(bound, other, server.kit.apiKey)).toBe('ORIGIN_NOT_ALLOWED')
      expect(await from(await from(bound, app), null, server.kit.apiKey)).toMatchObject({
        id: expect.any(String),
      })
    }
    await list([app])
    const free = await mint()
    expect(await from(free, other)).toBe('ORIGIN_NOT_ALLOWED')
    expect(await from(await from(free, app), null)).toMatchObject({ id: expect.any(String) })
    await list(null)
    expect((await events()).map(({ kind }) => kind)).toContain('origin.refused')
  })

  test.each(['', 'tsr_', `tsr_${'0'.repeat(32)}_${'A'.repeat(43)}`, 'x'.repeat(5_000)])(
    'a text that is none is refused like any other (%#)',
    async (text) => {
      expect(await refresh(text, server.kit.apiKey)).toBe('UNAUTHENTICATED')
    },
  )

  test('and it is good for nothing but that', async () => {
    const { refreshToken } = await mint()
    const { body } = await server.post(refreshToken, '{ viewer { tenantId } }')
    expect(body.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN'])
    for (const unknown of [`tsr_${'0'.repeat(32)}_${'A'.repeat(43)}`, `${refreshToken}A`]) {
      expect((await server.post(unknown, '{ __typename }')).status).toBe(401)
    }
  })
})

describe('a revocation', () => {
  const revoking = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'

  test.each(['id', 'subject', 'tenantId'])('by %s ends the refresh tokens with the tokens', async (by) => {
    const tenantId = randomUUID()
    const [mine, other] = [await mint({ tenantId }), await mint({ tenantId: `${tenantId}!` })]
    const inputs: Record<string, object> = {
      id: { id: mine.id },
      subject: { subject: { tenantId, subject: 'ann' } },
      tenantId: { tenantId },
    }
    await server.post(server.kit.apiKey, revoking, { input: inputs[by] })
    expect(await refresh(mine.refreshToken, server.kit.apiKey)).toBe('UNAUTHENTICATED')
    expect(typeof (await refresh(other.refreshToken))).toBe('object')
    const later = await mint({ tenantId })
    expect(typeof (await refresh(later.refreshToken))).toBe('object')
  })

  test('by the id that the host was given ends what came of it, however long ago that was', async () => {
    const tenantId = randomUUID()
    const first = await mint({ tenantId })
    const second = await refreshed(first.refreshToken)
    const { organizationId, environmentId } = server.kit.environment
    // As a day after the first token's end.
    await store.transaction({ organizationId, environmentId }, (transaction) =>
      transaction.delete(guestTokens).where(eq(guestTokens.id, first.id)),
    )
    const { body } = await server.post(server.kit.apiKey, revoking, { input: { id: first.id } })
    expect(body.data).toEqual({ revokeGuestTokens: 1 })
    expect((await server.post(second.token, '{ viewer { tenantId } }')).status).toBe(401)
    const [family] = await store.transaction({ organizationId, environmentId }, (transaction) =>
      transaction.select().from(refreshFamilies).where(eq(refreshFamilies.tenantId, tenantId)),
    )
    expect(family?.endedAt).toBeInstanceOf(Date)
  })

  test('that this process has not heard of is in the store, which is asked, and ends it for good', async () => {
    const tenantId = randomUUID()
    const { refreshToken, token } = await mint({ tenantId })
    const { organizationId, environmentId } = server.kit.environment
    // As one that was committed while the family was being minted: it could not end the family.
    await store.transaction({ organizationId, environmentId }, (transaction) =>
      transaction.insert(revocations).values({
        ...{ organizationId, environmentId, id: randomUUID(), kind: 'tenant', tenantId },
        revokedAt: Number(decodeJwt(token).minted_at_us) + 1,
        expiresAt: new Date(Date.now() + 60_000),
      }),
    )
    expect(await refresh(refreshToken, server.kit.apiKey)).toBe('UNAUTHENTICATED')
    // As a day later.
    await store.transaction({ organizationId, environmentId }, (transaction) =>
      transaction.delete(revocations).where(eq(revocations.tenantId, tenantId)),
    )
    expect(await refresh(refreshToken, server.kit.apiKey)).toBe('UNAUTHENTICATED')
  })

  test('of the API key ends them where its tokens are to end', async () => {
    const apiKey = await keyWith(['tokens:create'])
    const { body } = await server.post(apiKey, minting, {
      input: { tenantId: 'ATL', withRefreshToken: true },
    })
    const first: Given = Object(body.data).createGuestToken
    const { api_key_id: id } = decodeJwt(first.token)
    const revokeKey = (endTokens: boolean) =>
      server.post(
        server.kit.apiKey,
        'mutation ($id: ID!, $endTokens: Boolean!) { revokeApiKey(id: $id, endTokens: $endTokens) { id } }',
        { id, endTokens },
      )
    await revokeKey(false)
    const second = await refreshed(first.refreshToken)
    await revokeKey(true)
    expect(await refresh(second.refreshToken)).toBe('UNAUTHENTICATED')
  })
})

test('no token is signed with a key that another process has just ended, neither of a mint nor of a refresh', async () => {
  const organization = `organization ${randomUUID()}`
  const here = await startTokenServer(store, { organization })
  const { keyring, environment } = await openTokenKit(store, { organization })
  const end = async () =>
    keyring.rotate(environment, {
      ...{ algorithm: 'EdDSA', key: await generateKey('EdDSA') },
      graceSeconds: 0,
    })
  const input = { tenantId: 'ATL', withRefreshToken: true }
  const minted = async (): Promise<Given> =>
    Object((await here.post(here.kit.apiKey, minting, { input })).body.data).createGuestToken
  const first = await minted()
  await end()
  const second = await minted()
  expect(await here.statusFor(second.token)).toBe(200)
  await end()
  const third = await refresh(second.refreshToken, second.refreshToken, here)
  if (typeof third === 'string') throw new Error(third)
  expect(await here.statusFor(third.token)).toBe(200)
  const kids = [first, second, third].map(({ token }) => decodeProtectedHeader(token).kid)
  expect(new Set(kids).size).toBe(3)
  await here.close()
})

async function keyWith(scopes: string[], tenants: string[] | null = null): Promise<string> {
  const { secret, prefix } = newApiKey()
  const { organizationId, environmentId } = server.kit.environment
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction.insert(apiKeys).values({
      ...{ organizationId, environmentId, id: randomUUID(), name: 'a key', prefix, scopes, tenants },
      secretHash: hashApiKey(secret),
    }),
  )
  return secret
}
