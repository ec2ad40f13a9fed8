import { randomUUID } from 'node:crypto'

/** What an attacker tries, of RFC 8725 and beyond, with the reason that the audit is told. Each is signed as it should be. */
export type Attack = readonly [what: string, changes: object, reason: string]

/** Changes of the payload. @param seconds now, since 1970 */
export function claimAttacks(seconds: number): readonly Attack[] {
  return [
    ['no iss', { iss: undefined }, 'claims_invalid'],
    ['another iss', { iss: 'elsewhere' }, 'issuer_wrong'],
    ['a list as iss', { iss: ['tessera'] }, 'issuer_wrong'],
    ['no aud', { aud: undefined }, 'claims_invalid'],
    ['another aud', { aud: 'elsewhere' }, 'audience_wrong'],
    ['a list as aud', { aud: ['tessera', 'elsewhere'] }, 'claims_invalid'],
    ['no jti', { jti: undefined }, 'claims_invalid'],
    ['an empty jti', { jti: '' }, 'claims_invalid'],
    ['a number as jti', { jti: 1 }, 'claims_invalid'],
    ['a fraction as time of minting', { minted_at_us: 1.5 }, 'claims_invalid'],
    ['text as time of minting', { minted_at_us: '1' }, 'claims_invalid'],
    ['no id as API key', { api_key_id: 'x' }, 'claims_invalid'],
    ['no exp', { exp: undefined }, 'claims_invalid'],
    ['text as exp', { exp: String(seconds + 3600) }, 'claims_invalid'],
    ['null as exp', { exp: null }, 'claims_invalid'],
    ['a fraction as exp', { exp: seconds + 3600.5 }, 'claims_invalid'],
    ['a negative exp', { exp: -1 }, 'token_expired'],
    ['exp in the far future', { exp: 1e300 }, 'claims_invalid'],
    ['expired long ago', { iat: seconds - 90_000, exp: seconds - 80_000 }, 'token_expired'],
    ['no iat', { iat: undefined }, 'claims_invalid'],
    ['text as iat', { iat: 'now' }, 'claims_invalid'],
    ['a fraction as iat', { iat: seconds - 0.5 }, 'claims_invalid'],
    ['a negative iat', { iat: -1 }, 'claims_invalid'],
    ['iat in the future', { iat: seconds + 3600, exp: seconds + 7200 }, 'token_not_yet_valid'],
    ['nbf in the future', { nbf: seconds + 3600 }, 'token_not_yet_valid'],
    ['text as nbf', { nbf: 'now' }, 'claims_invalid'],
    ['two days to live', { iat: seconds, exp: seconds + 172_800 }, 'lifetime_too_long'],
    ['no organization', { org_id: undefined }, 'claims_invalid'],
    ['no environment', { env_id: undefined }, 'claims_invalid'],
    ['a foreign organization', { org_id: randomUUID() }, 'environment_foreign'],
    ['a foreign environment', { env_id: randomUUID() }, 'environment_foreign'],
    ['no tenant', { tenant_id: undefined }, 'claims_invalid'],
    ['null as tenant', { tenant_id: null }, 'claims_invalid'],
    ['a list as tenant', { tenant_id: ['ATL'] }, 'claims_invalid'],
    ['an object as tenant', { tenant_id: { toString: 'ATL' } }, 'claims_invalid'],
    ['a number as tenant', { tenant_id: 7 }, 'claims_invalid'],
    ['an empty tenant', { tenant_id: '' }, 'claims_invalid'],
    ['a tenant with NUL', { tenant_id: 'ATL\0' }, 'claims_invalid'],
    ['a tenant with a line break', { tenant_id: 'ATL\nJFK' }, 'claims_invalid'],
    ['a tenant with DEL', { tenant_id: 'ATL\x7f' }, 'claims_invalid'],
    ['a tenant with a C1 control', { tenant_id: 'ATL\x85' }, 'claims_invalid'],
    ['a tenant with a lone surrogate', { tenant_id: 'ATL\ud800' }, 'claims_invalid'],
    ['a tenant of 257 characters', { tenant_id: 'a'.repeat(257) }, 'claims_invalid'],
    ['an empty subject', { sub: '' }, 'claims_invalid'],
    ['an unknown claim', { admin: true }, 'claims_invalid'],
    ['a grant that has no meaning yet', { allow_sharing: false }, 'claims_invalid'],
    ['text as a list of dashboards', { dashboard_ids: 'departures' }, 'claims_invalid'],
    ['null as a list of dashboards', { dashboard_ids: null }, 'claims_invalid'],
    ['a number among datasets', { dataset_ids: ['flights', 1] }, 'claims_invalid'],
    [
      'a locked filter without values',
      { locked_filters: [{ dimension: 'a', operator: 'EQUALS' }] },
      'claims_invalid',
    ],
    [
      'a locked filter with a member that is not known',
      { locked_filters: [{ dimension: 'a', operator: 'EQUALS', values: [], or: [] }] },
      'claims_invalid',
    ],
    [
      'a locked filter whose operator is not known',
      { locked_filters: [{ dimension: 'a', operator: 'LIKE', values: ['%'] }] },
      'claims_invalid',
    ],
    [
      'a locked BETWEEN with one value',
      { locked_filters: [{ dimension: 'a', operator: 'BETWEEN', values: [1] }] },
      'claims_invalid',
    ],
    [
      'a locked filter with a list as value',
      { locked_filters: [{ dimension: 'a', operator: 'EQUALS', values: [['x']] }] },
      'claims_invalid',
    ],
  ]
}

/** Changes of the header. */
export const headerAttacks: readonly Attack[] = [
  ['no alg', { alg: undefined }, 'header_not_allowed'],
  ['alg none', { alg: 'none' }, 'algorithm_not_allowed'],
  ['alg None', { alg: 'None' }, 'algorithm_not_allowed'],
  ['alg Ed25519, which is not how the key is stored', { alg: 'Ed25519' }, 'algorithm_not_allowed'],
  ['alg RS256', { alg: 'RS256' }, 'algorithm_not_allowed'],
  ['alg HS256', { alg: 'HS256' }, 'algorithm_not_allowed'],
  ['a list as alg', { alg: ['EdDSA'] }, 'header_not_allowed'],
  ['no typ', { typ: undefined }, 'header_not_allowed'],
  ['typ JWT', { typ: 'JWT' }, 'type_not_allowed'],
  ['typ at+jwt', { typ: 'at+jwt' }, 'type_not_allowed'],
  ['typ in upper case', { typ: 'GUEST+JWT' }, 'type_not_allowed'],
  ['typ as a media type', { typ: 'application/guest+jwt' }, 'type_not_allowed'],
  ['no kid', { kid: undefined }, 'header_not_allowed'],
  ['a number as kid', { kid: 1 }, 'header_not_allowed'],
  ['a path as kid', { kid: '../../../../dev/null' }, 'header_not_allowed'],
  ['SQL as kid', { kid: "' or '1'='1" }, 'header_not_allowed'],
  ['an object member as kid', { kid: '__proto__' }, 'header_not_allowed'],
  ['an unknown kid', { kid: randomUUID() }, 'key_unknown'],
  ['jku', { jku: 'https://attacker.example/jwks.json' }, 'header_not_allowed'],
  ['x5u', { x5u: 'https://attacker.example/x5u.pem' }, 'header_not_allowed'],
  ['x5c', { x5c: ['MIIB'] }, 'header_not_allowed'],
  ['crit', { crit: ['exp'], exp: 1 }, 'header_not_allowed'],
  ['an empty crit', { crit: [] }, 'header_not_allowed'],
  ['b64 false', { b64: false, crit: ['b64'] }, 'header_not_allowed'],
  ['b64 true', { b64: true }, 'header_not_allowed'],
  ['zip', { zip: 'DEF' }, 'header_not_allowed'],
  ['cty', { cty: 'JWT' }, 'header_not_allowed'],
  ['enc', { enc: 'A256GCM' }, 'header_not_allowed'],
]

/** Changes of the payload's text, for what no object can say. */
export const payloadTexts: readonly (readonly [string, (text: string) => string])[] = [
  ['a claim twice', (text: string) => text.replace('{', '{"tenant_id":"JFK",')],
  ['a claim twice, once escaped', (text: string) => text.replace('{', '{"tenant\\u005fid":"JFK",')],
  ['__proto__', (text: string) => text.replace('{', '{"__proto__":{"tenant_id":"JFK"},')],
  ['a list as payload', () => '[]'],
  ['text that is not JSON', () => 'tenant_id=ATL'],
]

/** What is no compact JWS. */
export const otherTexts: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['one part', 'a'],
  ['two parts', 'a.b'],
  ['four parts', 'a.b.c.d'],
  ['dots', '...'],
  ['JSON', '{"payload":"","signatures":[]}'],
  ['a header that is not JSON', 'AAAA.AAAA.AAAA'],
  ['characters of other alphabets', 'а.б.в'],
  ['a line break at the end', 'YQ.YQ.YQ\n'],
]

/** Texts of the same signature: 64 bytes leave four bits of their last character unsaid. */
export function spellingsOf(token: string): readonly string[] {
  const bytes = Buffer.from(signatureOf(token), 'base64url')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return [...alphabet]
    .map((character) => token.slice(0, -1) + character)
    .filter((spelling) => spelling !== token && Buffer.from(signatureOf(spelling), 'base64url').equals(bytes))
}

function signatureOf(token: string): string {
  return token.slice(token.lastIndexOf('.') + 1)
}
