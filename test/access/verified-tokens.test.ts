import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { generateKey } from '../../src/access/key-material.ts'
import { payloadSchema } from '../../src/access/payload.ts'
import { refusalOf } from '../../src/access/refusal.ts'
import { bytesKept, createVerifiedTokens, type VerifiedTokens } from '../../src/access/verified-tokens.ts'
import { signToken } from '../../src/guest-tokens/sign.ts'
import { collectGarbage } from '../support/garbage.ts'
import { openTestStore } from '../support/store.ts'
import { openTokenKit, type TokenKit } from '../support/tokens.ts'

const store = await openTestStore()
const signatures = vi.spyOn(crypto.subtle, 'verify')
let kit: TokenKit
let tokens: VerifiedTokens
let token: string

beforeAll(async () => {
  kit = await openTokenKit(store)
})
beforeEach(async () => {
  tokens = createVerifiedTokens()
  token = await kit.guestToken({ tenantId: 'ATL', expiresInSeconds: 600 })
})
afterEach(() => signatures.mockClear())
afterAll(() => store.close())

function verify(text: string, inSeconds = 0) {
  return tokens.verify(text, { ...kit.deps, now: new Date(Date.now() + inSeconds * 1_000) })
}

async function reason(text: string, inSeconds = 0): Promise<string | undefined> {
  return verify(text, inSeconds).then(
    () => undefined,
    (error: unknown) => refusalOf(error)?.reason,
  )
}

test('a token that comes again says the same, and its signature is looked at once', async () => {
  const first = await verify(token)
  expect(first.tenantId).toBe('ATL')
  expect(await verify(token)).toBe(first)
  expect(signatures).toHaveBeenCalledTimes(1)
})

test('a key that was read again is the same key', async () => {
  const first = await verify(token)
  // Another process's keyring, as it reads the same row.
  const { keyring } = await openTokenKit(store)
  const terms = { ...kit.deps, keyring, now: new Date() }
  expect(await tokens.verify(token, terms)).toBe(first)
  expect(await tokens.verify(token, terms)).toBe(first)
  expect(signatures).toHaveBeenCalledTimes(1)
})

test('a token that comes again is refused when its time is over, or not yet there again', async () => {
  await verify(token)
  expect([await reason(token, 590), await reason(token, 601)]).toEqual([undefined, 'token_expired'])
  expect(await reason(token, -60)).toBe('token_not_yet_valid')
})

test('what was refused is looked at each time, and what differs from a known one in one letter is not it', async () => {
  await verify(token)
  const [head, payload, signature = ''] = token.split('.')
  const other = `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  expect([await reason(other), await reason(other)]).toEqual(['signature_invalid', 'signature_invalid'])
  expect(signatures).toHaveBeenCalledTimes(3)
})

test.each<readonly [string, (index: number) => object]>([
  ['says little', (index) => ({ tenant_id: `tenant ${index}`, sub: `somebody ${index}` })],
  [
    'is a list of digits',
    (index) => ({ locked_filters: [{ ...digits, values: digits.values.with(0, index) }] }),
  ],
])('no more memory is kept for a token that %s than is counted', async (_, said) => {
  const key = await kit.keyring.signingKey(kit.environment)
  const payload = payloadSchema.parse(decodeJwt(token))
  const texts: string[] = []
  for (let index = 0; index < 100; index += 1) {
    const claims = payloadSchema.parse({ ...payload, jti: randomUUID(), ...said(index) })
    texts.push(await signToken(claims, key))
  }
  await verify(texts[0] ?? '')
  const before = heapUsed()
  // As it comes with a request: a text of its own.
  for (const text of texts) await verify(Buffer.from(text).toString('latin1'))
  const kept = heapUsed() - before
  expect(kept).toBeLessThan(texts.reduce((sum, text) => sum + bytesKept(text), 0))
})

const digits = {
  dimension: 'digit',
  operator: 'EQUALS',
  values: Array.from({ length: 900 }, (_, n) => n % 10),
}

/** After all that is not kept has gone. */
function heapUsed(): number {
  // Which keeps the data of each.
  signatures.mockClear()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

test('a token that comes again is refused when its key has ended', async () => {
  const ending = await openTokenKit(store)
  const known = createVerifiedTokens()
  const text = await ending.guestToken({ tenantId: 'ATL' })
  const terms = { ...ending.deps, now: new Date() }
  await known.verify(text, terms)
  const key = await generateKey('EdDSA')
  await ending.keyring.rotate(ending.environment, { algorithm: 'EdDSA', key, graceSeconds: 0 })
  const later = { ...terms, now: new Date(Date.now() + 1_000) }
  await expect(known.verify(text, later)).rejects.toSatisfy(
    (error) => refusalOf(error)?.reason === 'key_ended',
  )
})
