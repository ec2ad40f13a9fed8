import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { VerifiedClaims } from '../../src/access/claims.ts'
import { authenticate } from '../../src/access/credential.ts'
import { createRegisteredTenants } from '../../src/access/places/registered-tenants.ts'
import { refusalOf } from '../../src/access/refusal.ts'
import { insertRevocation } from '../../src/access/revocation-rows.ts'
import { openRevocations } from '../../src/access/revocations.ts'
import type { GuestTokenInput } from '../../src/graphql/context.ts'
import { mintGuestToken } from '../../src/guest-tokens/mint.ts'
import { openStore } from '../../src/store/connect.ts'
import type { Store } from '../../src/store/store.ts'
import { guestTokens, refreshFamilies, revocations } from '../../src/store/tables.ts'
import { eraseTenant } from '../../src/tenants/erase.ts'
import { hostClaims, newHostKey, signAsHost } from '../support/own-issuer.ts'
import { placedByRule } from '../support/placing.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { testRates } from '../support/rates.ts'
import { startTokenServer, type TokenServer } from '../support/token-server.ts'
import { emptyCatalogue, silent } from '../support/tokens.ts'

const organization = `organization ${randomUUID()}`
/** What is promised. */
const within = { timeout: 2_000, interval: 20 }

let postgres: TestPostgres
let databaseUrl: string
/** Two processes that share the store. */
let here: TokenServer
let there: TokenServer
let store: Store
const closers: (() => Promise<void>)[] = []

async function startServer(options: { outageMaxMs?: number; organization?: string } = {}) {
  const opened = await openStore({ databaseUrl, dataFolder: '', log: silent })
  const server = await startTokenServer(opened, { organization, ...options })
  closers.push(async () => {
    await server.close()
    await opened.close()
  })
  return { server, opened }
}

beforeAll(async () => {
  postgres = await startPostgres()
  databaseUrl = await postgres.createDatabase()
  const first = await startServer()
  here = first.server
  store = first.opened
  there = (await startServer()).server
})

afterAll(async () => {
  for (const close of closers) await close()
  await postgres.close()
})

async function revoke(server: TokenServer, input: object): Promise<void> {
  const mutation = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
  const { body } = await server.post(server.kit.apiKey, mutation, { input })
  expect(body.errors).toBeUndefined()
}

/** As if every notice were lost: the row is all that there is of it. */
async function revokeSilently(tenantId: string, transactionNumber?: string): Promise<void> {
  await store.transaction(here.kit.environment, async (transaction) => {
    await transaction.insert(revocations).values({
      ...here.kit.environment,
      ...{ id: randomUUID(), kind: 'tenant', tenantId, revokedAt: Date.now() * 1000 + 1_000_000 },
      expiresAt: new Date(Date.now() + 60_000),
      ...(transactionNumber !== undefined && { transactionNumber }),
    })
  })
}

async function claimsOf(token: string, server = here): Promise<VerifiedClaims> {
  const credential = await authenticate(`Bearer ${token}`, server.kit.deps)
  if (credential.kind !== 'guest') throw new Error('No guest.')
  return credential.claims
}

async function endedSignal(server: TokenServer, token: string): Promise<AbortSignal> {
  return server.kit.deps.tokenEnds.signal(await claimsOf(token, server), new AbortController().signal)
}

/** Mints a token whose transaction is not at its end before `work` had the time to be. */
async function whileMinting(input: GuestTokenInput, work: () => Promise<unknown>): Promise<void> {
  const steps = new EventEmitter()
  const isBegun = once(steps, 'begun')
  const slow: Store = {
    ...store,
    transaction: (identity, inTransaction) =>
      store.transaction(identity, async (transaction) => {
        const done = await inTransaction(transaction)
        const isAwaited = once(steps, 'commit')
        steps.emit('begun')
        await isAwaited
        return done
      }),
  }
  const { host, keyring, audit } = here.kit
  const terms = {
    store: slow,
    keyring,
    audit,
    catalogue: emptyCatalogue,
    rates: testRates(),
    placing: placedByRule,
    requestId: null,
  }
  const minting = mintGuestToken(host, input, { ...terms, issuer: 'tessera', audience: 'tessera' })
  await isBegun
  const working = work()
  // One that does not wait is long done by then.
  await Promise.race([working, setTimeout(300)])
  steps.emit('commit')
  await Promise.all([minting, working])
}

test.each([true, false])(
  'an erasure waits for tokens that are being minted, and leaves none of them (with a refresh token: %s)',
  async (withRefreshToken) => {
    const tenantId = randomUUID()
    const { environment, host, audit } = here.kit
    const registered = createRegisteredTenants({ store, log: silent, outageMaxMs: 60_000 })
    await whileMinting({ tenantId, subject: 'ann', withRefreshToken }, () =>
      eraseTenant(host, tenantId, {
        ...{ store, registered, audit, revocations: here.kit.revocations, requestId: null },
        onModelChange: () => undefined,
      }),
    )
    const { organizationId, environmentId } = environment
    const left = await store.transaction({ organizationId, environmentId }, async (transaction) => [
      ...(await transaction.select().from(guestTokens).where(eq(guestTokens.tenantId, tenantId))),
      ...(await transaction.select().from(refreshFamilies).where(eq(refreshFamilies.tenantId, tenantId))),
    ])
    expect(left).toEqual([])
  },
)

test.each(['subject', 'tenantId'])(
  'a revocation by %s waits for the families that are being begun',
  async (by) => {
    const tenantId = randomUUID()
    const input = { tenantId, subject: 'ann', withRefreshToken: true }
    await whileMinting(input, () =>
      revoke(here, by === 'subject' ? { subject: { tenantId, subject: 'ann' } } : { tenantId }),
    )
    const { organizationId, environmentId } = here.kit.environment
    const families = await store.transaction({ organizationId, environmentId }, (transaction) =>
      transaction.select().from(refreshFamilies).where(eq(refreshFamilies.tenantId, tenantId)),
    )
    expect(families.map(({ endedAt }) => endedAt)).toEqual([expect.any(Date)])
  },
)

describe('a token that was revoked in one process', () => {
  test.each(['id', 'subject', 'tenantId'])(
    'by %s, is refused by the other within two seconds',
    async (by) => {
      const tenantId = randomUUID()
      const token = await here.kit.guestToken({ tenantId, subject: 'ann' })
      const other = await here.kit.guestToken({ tenantId: `${tenantId}!`, subject: 'ann' })
      const open = await Promise.all([token, other].map((each) => endedSignal(there, each)))
      expect(await there.statusFor(token)).toBe(200)
      const inputs: Record<string, object> = {
        id: { id: decodeJwt(token).jti },
        subject: { subject: { tenantId, subject: 'ann' } },
        tenantId: { tenantId },
      }
      await revoke(here, inputs[by] ?? {})
      await expect.poll(() => there.statusFor(token), within).toBe(401)
      expect(open.map(({ aborted }) => aborted)).toEqual([true, false])
      expect(await there.statusFor(other)).toBe(200)
      expect(await there.statusFor(await there.kit.guestToken({ tenantId, subject: 'ann' }))).toBe(200)
    },
  )

  test('is refused by a process that starts afterwards, from its first request on', async () => {
    const token = await here.kit.guestToken({ tenantId: randomUUID() })
    await revoke(here, { id: decodeJwt(token).jti })
    const { server } = await startServer()
    expect(await server.statusFor(token)).toBe(401)
  })
})

test('after a failure everything is read anew: what comes back may be a server that counts otherwise', async () => {
  const state = { out: false, refused: 0 }
  const failing: Store = {
    ...store,
    transaction: async (identity, work) => {
      if (!state.out) return store.transaction(identity, work)
      state.refused += 1
      throw new Error('the store is out')
    },
  }
  const known = await openRevocations({ store: failing, log: silent, outageMaxMs: 60_000, everyMs: 20 })
  closers.push(known.close)
  const [early, late] = [randomUUID(), randomUUID()]
  const claimsFor = async (tenantId: string) => claimsOf(await here.kit.guestToken({ tenantId }))
  const [first, second] = [await claimsFor(early), await claimsFor(late)]
  // As if by a transaction of long ago.
  await revokeSilently(early, '3')
  await revokeSilently(late)
  await expect.poll(() => known.covers(second), within).toBe(true)
  expect(known.covers(first)).toBe(false)
  state.out = true
  await expect.poll(() => state.refused, within).toBeGreaterThan(0)
  state.out = false
  await expect.poll(() => known.covers(first), within).toBe(true)
})

describe('where no notice comes', () => {
  test('because it was lost, the store is asked in time', async () => {
    const tenantId = randomUUID()
    const token = await here.kit.guestToken({ tenantId })
    expect(await there.statusFor(token)).toBe(200)
    await revokeSilently(tenantId)
    await expect.poll(() => there.statusFor(token), within).toBe(401)
  })

  test('because the listening connections were killed, it is asked in time as well', async () => {
    const token = await here.kit.guestToken({ tenantId: randomUUID() })
    await postgres.run(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'tessera listener'",
    )
    await revoke(here, { id: decodeJwt(token).jti })
    await expect.poll(() => there.statusFor(token), within).toBe(401)
  })

  test('and its transaction began before others that were read already', async () => {
    const [early, late] = [randomUUID(), randomUUID()]
    const tokens = [
      await here.kit.guestToken({ tenantId: early }),
      await here.kit.guestToken({ tenantId: late }),
    ] as const
    const { environment } = here.kit
    await store.transaction(environment, async (transaction) => {
      const target = { kind: 'tenant', tenantId: early } as const
      const { revokedAt } = await insertRevocation(transaction, environment, target, null)
      expect(revokedAt).toBeGreaterThanOrEqual(decodeJwt<{ minted_at_us: number }>(tokens[0]).minted_at_us)
      await revokeSilently(late)
      await expect.poll(() => there.statusFor(tokens[1]), within).toBe(401)
      expect(await there.statusFor(tokens[0])).toBe(200)
    })
    await expect.poll(() => there.statusFor(tokens[0]), within).toBe(401)
  })
})

describe('a refresh token', () => {
  const mint = async (tenantId: string) => {
    const query =
      'mutation ($tenantId: String!) { createGuestToken(input: { tenantId: $tenantId, withRefreshToken: true }) { token refreshToken } }'
    const { body } = await here.post(here.kit.apiKey, query, { tenantId })
    return Object(body.data).createGuestToken
  }
  const refresh = async (server: TokenServer, token: string) => {
    const query = `mutation { refreshGuestToken(refreshToken: "${token}") { token refreshToken } }`
    const { body } = await server.post(token, query)
    return body.errors?.[0]?.extensions?.code ?? Object(body.data).refreshGuestToken
  }

  test('that two processes use at the same moment: one wins, the family ends', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { token, refreshToken } = await mint(randomUUID())
      const answers = await Promise.all([here, there].map((server) => refresh(server, refreshToken)))
      const won = answers.filter((answer) => answer !== 'UNAUTHENTICATED')
      expect(won).toEqual([{ token: expect.any(String), refreshToken: expect.any(String) }])
      for (const each of [token, won[0].token]) {
        for (const server of [here, there]) await expect.poll(() => server.statusFor(each), within).toBe(401)
      }
      expect(await refresh(there, won[0].refreshToken)).toBe('UNAUTHENTICATED')
    }
  })

  test('that was being made while its tenant was revoked leads to nothing', async () => {
    const tenantId = randomUUID()
    const { token, refreshToken } = await mint(tenantId)
    // The revocation did not see the family yet.
    await revokeSilently(tenantId)
    await expect.poll(() => there.statusFor(token), within).toBe(401)
    expect(await refresh(there, refreshToken)).toBe('UNAUTHENTICATED')
  })
})

test('an issuer that one process registered and removed is known and refused by the other, without a notice', async () => {
  const key = await newHostKey()
  const asHost = async (query: string, variables: object) => {
    const { body } = await here.post(here.kit.apiKey, query, variables)
    expect(body.errors).toBeUndefined()
    return Object(body.data)
  }
  const listening = "application_name = 'tessera listener'"
  await postgres.run(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${listening}`)
  const registering = 'mutation ($input: TokenIssuerInput!) { registerTokenIssuer(input: $input) { id } }'
  const input = { issuer: 'https://host.example', publicKeys: [key.jwk] }
  const { id } = (await asHost(registering, { input })).registerTokenIssuer
  const token = await signAsHost(key, hostClaims(input.issuer, here.kit.environment))
  expect(await here.statusFor(token)).toBe(200)
  await expect.poll(() => there.statusFor(token), within).toBe(200)
  const open = await endedSignal(there, token)
  await postgres.run(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where ${listening}`)
  await asHost('mutation ($id: ID!) { removeTokenIssuer(id: $id) { id } }', { id })
  expect(await here.statusFor(token)).toBe(401)
  await expect.poll(() => there.statusFor(token), within).toBe(401)
  await expect.poll(() => open.aborted, within).toBe(true)
})

test('a signing key that ended without grace is refused within two seconds by a process whose clock is behind', async () => {
  const own = { organization: `organization ${randomUUID()}` }
  const [one, other] = [(await startServer(own)).server, (await startServer(own)).server]
  const token = await other.kit.guestToken({ tenantId: 'ATL' })
  const asked = ({ kit }: TokenServer) => {
    // Further behind than what is promised, and not so far that the token has not begun.
    const now = () => new Date(Date.now() - 4_000)
    return authenticate(`Bearer ${token}`, { ...kit.deps, now }).then(
      ({ kind }) => kind,
      (error: unknown) => refusalOf(error)?.reason,
    )
  }
  expect([await asked(one), await asked(other)]).toEqual(['guest', 'guest'])
  const open = await endedSignal(other, token)
  const { body } = await one.post(one.kit.apiKey, 'mutation { rotateSigningKey(graceSeconds: 0) { id } }')
  expect(body.errors).toBeUndefined()
  expect(await asked(one)).toBe('token_revoked')
  await expect.poll(() => asked(other), within).toBe('token_revoked')
  expect(open.aborted).toBe(true)
})

test('a clock that is behind undoes nothing: what is minted after a revocation is good, what was before is not', async () => {
  const tenantId = randomUUID()
  const { environment } = here.kit
  const before = await here.kit.guestToken({ tenantId })
  const { minted_at_us: mintedAt } = decodeJwt<{ minted_at_us: number }>(before)
  const future = mintedAt + 3_600_000_000
  const revocation = await store.transaction(environment, (transaction) =>
    insertRevocation(transaction, environment, { kind: 'tenant', tenantId }, future),
  )
  expect(revocation.revokedAt).toBe(future)
  const after = await here.kit.guestToken({ tenantId })
  expect(decodeJwt<{ minted_at_us: number }>(after).minted_at_us).toBe(future + 1)
  await expect.poll(() => here.statusFor(before), within).toBe(401)
  expect(await here.statusFor(after)).toBe(200)
})

test('what is over is removed from the store by a process that starts', async () => {
  const { environment } = here.kit
  const id = randomUUID()
  await store.transaction(environment, (transaction) =>
    transaction.insert(revocations).values({
      ...environment,
      ...{ id, kind: 'tenant', tenantId: 'past', revokedAt: 1, expiresAt: new Date(1) },
    }),
  )
  await startServer()
  const left = () =>
    store.transaction(environment, (transaction) =>
      transaction.select().from(revocations).where(eq(revocations.id, id)),
    )
  await expect.poll(left).toEqual([])
})

test('without the store guests go on for as long as an outage may last, and are told then what is wrong', async () => {
  const { server } = await startServer({ outageMaxMs: 3_000 })
  const token = await server.kit.guestToken({ tenantId: 'ATL' })
  const open = await endedSignal(server, token)
  const code = async () => {
    const { status, body } = await server.post(token, '{ viewer { tenantId } }')
    return [status, body.errors?.[0]?.extensions?.code, body.errors?.[0]?.extensions?.retryAfterSeconds]
  }
  expect(await code()).toEqual([200, undefined, undefined])
  await postgres.stop()
  expect(await code()).toEqual([200, undefined, undefined])
  await expect.poll(code, { timeout: 10_000 }).toEqual([503, 'STORE_UNAVAILABLE', 1])
  await expect.poll(() => open.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  const notReady = { status: 'unavailable', notReady: ['revocations'] }
  await expect.poll(() => server.readiness(), { timeout: 10_000 }).toEqual(notReady)
  // The other process may go on for a minute.
  expect(await there.statusFor(token)).toBe(200)
  await postgres.start()
  await expect.poll(code, { timeout: 10_000 }).toEqual([200, undefined, undefined])
  expect(await server.readiness()).toEqual({ status: 'ok', notReady: [] })
})
