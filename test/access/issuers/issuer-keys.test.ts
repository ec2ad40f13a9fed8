import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { createIssuerKeys, type KeyTiming } from '../../../src/access/issuers/issuer-keys.ts'
import { readKeySet, readPublicKey } from '../../../src/access/issuers/key-set.ts'
import type { TokenIssuer } from '../../../src/access/issuers/token-issuer.ts'
import { parseNetwork } from '../../../src/access/networks.ts'
import { refusalOf } from '../../../src/access/refusal.ts'
import { type HostKey, newHostKey } from '../../support/own-issuer.ts'
import { type SmallServer, startSmallServer } from '../../support/small-server.ts'

const loopback = parseNetwork('127.0.0.0/8')
const allowedNetworks = loopback === null ? [] : [loopback]
const algorithms = ['EdDSA', 'ES256', 'RS256'] as const
const [one, two] = [await newHostKey(), await newHostKey()]
const rsa = await newHostKey('RS256')

/** What the host's server does with a request for its keys. */
let answer: (response: ServerResponse) => void
let server: SmallServer
let told: string[]

beforeEach(async () => {
  told = []
  publish(one)
  server = await startSmallServer((response) => answer(response))
})
afterEach(() => server.close())

function publish(...keys: readonly HostKey[]): void {
  answer = (response) => response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }))
}

function isDown(response: ServerResponse): void {
  response.writeHead(503).end()
}

/** Nothing is asked again by itself unless a test says so. */
const never: KeyTiming = { renewAfterMs: 60_000, waitAfterMs: 60_000, toleratedMs: 60_000, everyMs: 60_000 }

function openKeys(timing: Partial<KeyTiming> = {}) {
  const keys = createIssuerKeys({
    ...{ allowedNetworks, timeoutMs: 300, timing: { ...never, ...timing } },
    onUnavailable: (_, reason) => told.push(reason),
  })
  const issuer: TokenIssuer = {
    ...{ id: randomUUID(), organizationId: randomUUID(), environmentId: randomUUID() },
    ...{ issuer: 'https://host.example', audience: null, algorithms, createdAt: new Date() },
    keys: { kind: 'url', url: `${server.url}/jwks.json` },
  }
  return async (kid: string): Promise<string> => {
    try {
      return (await keys.find(issuer, kid))?.algorithm ?? 'none'
    } catch (error) {
      return refusalOf(error)?.reason ?? String(error)
    }
  }
}

describe('the keys of an issuer', () => {
  it('are asked for once, for however many tokens', async () => {
    const find = openKeys()
    const found = await Promise.all(Array.from({ length: 200 }, () => find(one.kid)))
    expect(new Set(found)).toEqual(new Set(['EdDSA']))
    expect(await find(one.kid)).toBe('EdDSA')
    expect(server.asked).toHaveLength(1)
  })

  it('are asked for again where a kid is not known, so that a rotation needs nothing', async () => {
    const find = openKeys({ everyMs: 0 })
    expect(await find(one.kid)).toBe('EdDSA')
    publish(one, two)
    expect([await find(two.kid), await find(one.kid)]).toEqual(['EdDSA', 'EdDSA'])
    expect(server.asked).toHaveLength(2)
  })

  it('cost one question however many invented kids come at once, and none until some seconds later', async () => {
    const find = openKeys()
    const invented = () => Promise.all(Array.from({ length: 900 }, () => find(randomUUID())))
    expect(new Set(await invented())).toEqual(new Set(['none']))
    expect(new Set(await invented())).toEqual(new Set(['none']))
    expect(server.asked).toHaveLength(1)
    expect(await find(one.kid)).toBe('EdDSA')
  })

  it('are gone when the issuer no longer shows them', async () => {
    const find = openKeys({ renewAfterMs: 0, waitAfterMs: 0, everyMs: 0 })
    expect(await find(one.kid)).toBe('EdDSA')
    answer = (response) => response.end('{"keys":[]}')
    expect(await find(one.kid)).toBe('none')
  })

  it('are renewed behind an answer, and before one where they are old', async () => {
    const find = openKeys({ renewAfterMs: 0, everyMs: 0 })
    await find(one.kid)
    publish(two)
    expect(await find(one.kid)).toBe('EdDSA')
    await expect.poll(() => find(one.kid)).toBe('none')
  })

  it('hold for a bounded time while the issuer is down, which is told once', async () => {
    const find = openKeys({ renewAfterMs: 0, waitAfterMs: 0, everyMs: 0, toleratedMs: 600 })
    expect(await find(one.kid)).toBe('EdDSA')
    answer = isDown
    expect(await find(one.kid)).toBe('EdDSA')
    expect(await find(one.kid)).toBe('EdDSA')
    expect(told).toEqual(['The host answers with the status 503.'])
    await sleep(600)
    expect(await find(one.kid)).toBe('issuer_keys_unavailable')
    expect(await find(randomUUID())).toBe('issuer_keys_unavailable')
    publish(one)
    expect(await find(one.kid)).toBe('EdDSA')
    answer = isDown
    await find(randomUUID())
    expect(told).toHaveLength(2)
  })

  it('are not asked for again at once where that failed', async () => {
    answer = isDown
    const find = openKeys()
    const found = await Promise.all(Array.from({ length: 50 }, () => find(one.kid)))
    expect(new Set([...found, await find(one.kid)])).toEqual(new Set(['issuer_keys_unavailable']))
    expect(server.asked).toHaveLength(1)
  })

  it.each<readonly [string, (response: ServerResponse) => void, string]>([
    [
      'redirects',
      (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      'The host answers with the status 302.',
    ],
    [
      'more than 64 kB',
      (response) => response.end(`{"keys":[${'1,'.repeat(40_000)}1]}`),
      'The answer has more than 65536 bytes.',
    ],
    ['a page', (response) => response.end('<html>'), 'The answer is not JSON.'],
    ['a list', (response) => response.end('[]'), 'The answer is no key set.'],
    ['one key', (response) => response.end(JSON.stringify(one.jwk)), 'The answer is no key set.'],
    [
      'too many keys',
      (response) => response.end(`{"keys":[${'{},'.repeat(50)}{}]}`),
      'The answer is no key set.',
    ],
    ['a drop now and then', drip, 'The answer took too long.'],
    ['nothing', () => undefined, 'The answer took too long.'],
  ])('are not had from a host that answers with %s', async (_, answering, reason) => {
    answer = answering
    expect(await openKeys()(one.kid)).toBe('issuer_keys_unavailable')
    expect(told).toEqual([reason])
    expect(server.asked).toHaveLength(1)
  })
})

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

describe('a key', () => {
  const expected = async (jwk: object, some: Parameters<typeof readPublicKey>[1] = algorithms) => {
    const read = await readPublicKey(jwk, some)
    return 'expected' in read ? read.expected : read.key.algorithm
  }
  const kinds = 'a key for EdDSA, ES256, RS256: Ed25519, P-256 or RSA, with that alg or none'
  const form = 'a JWK with kty and a kid of 1 to 200 visible ASCII characters'

  test.each(['EdDSA', 'ES256', 'RS256'])('of %s is one, with its alg or without', async (alg) => {
    const { jwk } = await newHostKey(alg)
    expect([await expected(jwk), await expected({ ...jwk, alg: undefined })]).toEqual([alg, alg])
  })

  test.each<readonly [string, object, string]>([
    ['without a kid', { kid: undefined }, form],
    ['whose kid is no text', { kid: 1 }, form],
    ['with spaces in its kid', { kid: 'a b' }, form],
    ['with its private half', { d: 'AA' }, 'a public key without its private half'],
    ['for encryption', { use: 'enc' }, 'a key that may verify signatures'],
    ['that may only sign', { key_ops: ['sign'] }, 'a key that may verify signatures'],
    ['for another algorithm than its kind', { alg: 'RS256' }, kinds],
    ['for HS256', { alg: 'HS256' }, kinds],
    ['of another curve', { crv: 'X25519' }, kinds],
    ['with half of its number', { x: 'AAAA' }, 'a whole key, RSA of 2048 to 4096 bits'],
  ])('%s is none', async (_, changes, what) => {
    expect(await expected({ ...one.jwk, ...changes })).toBe(what)
  })

  test.each<readonly [string, object, string]>([
    ['a symmetric key', { kty: 'oct', kid: 'x', k: 'AAAA' }, 'a public key without its private half'],
    ['a symmetric key without its number', { kty: 'oct', kid: 'x', alg: 'HS256' }, kinds],
    ['an RSA key for PS256', { ...rsa.jwk, alg: 'PS256' }, kinds],
    ['an RSA key with the exponent 1', { ...rsa.jwk, e: 'AQ' }, 'an RSA key with the exponent 65537'],
    [
      'an RSA key of 1024 bits',
      { ...rsa.jwk, n: rsa.jwk.n?.slice(0, 171) },
      'a whole key, RSA of 2048 to 4096 bits',
    ],
    [
      'an RSA key of 1024 bits behind zeros',
      { ...rsa.jwk, n: 'A'.repeat(171) + rsa.jwk.n?.slice(0, 171) },
      'a whole key, RSA of 2048 to 4096 bits',
    ],
    [
      'an RSA key of 8192 bits',
      { ...rsa.jwk, n: rsa.jwk.n?.repeat(4).slice(0, 1366) },
      'a whole key, RSA of 2048 to 4096 bits',
    ],
    ['text', Object('x'), form],
  ])('%s is none', async (_, jwk, what) => {
    expect(await expected(jwk)).toBe(what)
  })

  it('of an algorithm that the issuer does not use is none', async () => {
    expect(await expected(rsa.jwk, ['EdDSA'])).toBe(
      'a key for EdDSA: Ed25519, P-256 or RSA, with that alg or none',
    )
  })

  it('whose kid another has as well is not in the set', async () => {
    const set = await readKeySet({ keys: [one.jwk, { ...two.jwk, kid: one.kid }, rsa.jwk, 1] }, algorithms)
    expect([...(set ?? [])].map(([kid, { algorithm }]) => [kid, algorithm])).toEqual([[rsa.kid, 'RS256']])
  })
})
