import { randomUUID } from 'node:crypto'
import type { Visitor } from './context.ts'
import { edwardsSigner, encoded, partsOf, signed, type Tampered } from './forgery.ts'
import type { JsonObject } from './json.ts'

const embedded = edwardsSigner()

function headersToTry({ kid }: JsonObject): Readonly<Record<string, JsonObject>> {
  const typ = 'guest+jwt'
  const own = { alg: 'EdDSA', kid, typ }
  return {
    'alg none': { ...own, alg: 'none' },
    'alg None': { ...own, alg: 'None' },
    'alg NONE': { ...own, alg: 'NONE' },
    'an empty alg': { ...own, alg: '' },
    'no alg': { kid, typ },
    'alg HS256': { ...own, alg: 'HS256' },
    'alg ES256': { ...own, alg: 'ES256' },
    'alg RS256': { ...own, alg: 'RS256' },
    'alg dir': { ...own, alg: 'dir', enc: 'A256GCM' },
    'typ JWT': { ...own, typ: 'JWT' },
    'typ at+jwt': { ...own, typ: 'at+jwt' },
    'no typ': { alg: 'EdDSA', kid },
    'no kid': { alg: 'EdDSA', typ },
    'the kid of nobody': { ...own, kid: randomUUID() },
    'a kid that is a path': { ...own, kid: '../../../../dev/null' },
    'a kid that is SQL': { ...own, kid: "' UNION SELECT 'key' --" },
    'a kid that is an address': { ...own, kid: 'https://keys.invalid/key' },
    'an empty kid': { ...own, kid: '' },
    'a kid that is a list': { ...own, kid: [kid] },
    'an embedded key': { ...own, jwk: embedded.jwk },
    'an embedded key and no kid': { alg: 'EdDSA', typ, jwk: embedded.jwk },
    'an address of keys': { ...own, jku: 'http://127.0.0.1:9/keys.json' },
    'an address of certificates': { ...own, x5u: 'http://127.0.0.1:9/keys.pem' },
    'a chain of certificates': { ...own, x5c: [Buffer.from('certificate').toString('base64')] },
    'a critical extension': { ...own, crit: ['exp'] },
    'an unencoded payload': { ...own, b64: false, crit: ['b64'] },
    'a compressed payload': { ...own, zip: 'DEF' },
  }
}

/** Each under the old signature, without one, and under one of our own making. */
export function changedHeaders(own: Visitor): readonly Tampered[] {
  const { header, payload, texts } = partsOf(own.token)
  return Object.entries(headersToTry(header)).flatMap(([what, changed]) => [
    { what: `${what} in the header`, token: `${encoded(changed)}.${texts[1]}.${texts[2]}` },
    { what: `${what} in the header, without a signature`, token: `${encoded(changed)}.${texts[1]}.` },
    { what: `${what} in the header, signed by somebody`, token: signed(changed, payload, embedded) },
  ])
}
