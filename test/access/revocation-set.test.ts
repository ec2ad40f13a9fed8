import { describe, expect, test } from 'vitest'
import {
  createRevocationSet,
  type RevocableToken,
  type Revocation,
  type RevocationTarget,
} from '../../src/access/revocation-set.ts'

const revokedAt = 1_000_000_000_000_000
const token: RevocableToken = {
  ...{ organizationId: 'o', environmentId: 'e', tenantId: 't', subject: 'ann', tokenId: 'j' },
  ...{
    keyId: 'k',
    issuerId: 'i',
    apiKeyId: 'a',
    familyId: 'f',
    issuedAt: new Date(revokedAt / 1000),
    mintedAt: revokedAt,
  },
}

function revocation(target: RevocationTarget, changes: Partial<Revocation> = {}): Revocation {
  return { organizationId: 'o', environmentId: 'e', target, revokedAt, expiresAt: 10, ...changes }
}

function covers(revoked: Revocation, changes: Partial<RevocableToken> = {}): boolean {
  const set = createRevocationSet()
  set.add(revoked)
  return set.covers({ ...token, ...changes })
}

const targets: readonly RevocationTarget[] = [
  { kind: 'token', tokenId: 'j' },
  { kind: 'family', familyId: 'f' },
  { kind: 'viewer', tenantId: 't', subject: 'ann' },
  { kind: 'tenant', tenantId: 't' },
  { kind: 'signing_key', keyId: 'k' },
  { kind: 'api_key', apiKeyId: 'a' },
  { kind: 'issuer', issuerId: 'i' },
]

describe.each(targets)('$kind', (target) => {
  test('ends what it names', () => {
    expect(covers(revocation(target))).toBe(true)
  })

  test.each([{ organizationId: 'x' }, { environmentId: 'x' }])('not in another environment %j', (changes) => {
    expect(covers(revocation(target), changes)).toBe(false)
  })

  test('nothing whose part has another name, or the name of something else', () => {
    const others = {
      tenantId: 'j',
      subject: 't',
      tokenId: 'k',
      keyId: 'a',
      apiKeyId: 'ann',
      familyId: 'o',
      issuerId: 'f',
    }
    expect(covers(revocation(target), others)).toBe(false)
    expect(
      covers(revocation(target), {
        ...others,
        subject: null,
        apiKeyId: null,
        familyId: null,
        issuerId: null,
      }),
    ).toBe(false)
  })
})

describe('by the time of minting', () => {
  const ends = (target: RevocationTarget, changes: Partial<RevocableToken>) =>
    covers(revocation(target), changes)

  test.each(targets)('$kind', (target) => {
    const isForever = !['viewer', 'tenant'].includes(target.kind)
    expect(ends(target, { mintedAt: revokedAt + 1 })).toBe(isForever)
    expect(ends(target, { mintedAt: revokedAt })).toBe(true)
  })

  test('a token that does not say it counts as minted as early as its server’s clock may have been ahead', () => {
    const issued = (seconds: number) => ({
      mintedAt: null,
      issuedAt: new Date(revokedAt / 1000 + seconds * 1000),
    })
    const tenant: RevocationTarget = { kind: 'tenant', tenantId: 't' }
    expect([0, 5, 6].map((seconds) => ends(tenant, issued(seconds)))).toEqual([true, true, false])
  })

  test('the later of two holds, in whatever order they came', () => {
    const [first, second] = [revokedAt, revokedAt + 10].map((at) =>
      revocation({ kind: 'tenant', tenantId: 't' }, { revokedAt: at }),
    )
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const set = createRevocationSet()
      for (const each of order) if (each !== undefined) set.add(each)
      expect([10, 11].map((later) => set.covers({ ...token, mintedAt: revokedAt + later }))).toEqual([
        true,
        false,
      ])
    }
  })
})

test('a viewer and a tenant never share a name', () => {
  const viewer = { tenantId: 'a b', subject: 'c' }
  expect(covers(revocation({ kind: 'viewer', tenantId: 'a', subject: 'b c' }), viewer)).toBe(false)
  expect(covers(revocation({ kind: 'tenant', tenantId: 'a b c' }), viewer)).toBe(false)
})

test('goes when the last token that it could match has expired, the later of two for the same', () => {
  const set = createRevocationSet()
  for (const target of targets) set.add(revocation(target))
  set.add(revocation({ kind: 'tenant', tenantId: 't' }, { expiresAt: 20 }))
  const sizes = [9, 10, 19, 20].map((now) => {
    set.sweep(now)
    return set.size
  })
  expect(sizes).toEqual([7, 1, 1, 0])
})
