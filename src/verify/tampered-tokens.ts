import { createPublicKey, randomUUID } from 'node:crypto'
import type { Visitor } from './context.ts'
import {
  edwardsSigner,
  ellipticSigner,
  encoded,
  partsOf,
  rsaSigner,
  type Signer,
  secretSigner,
  signed,
  slackSpellings,
  type Tampered,
  withFlippedBit,
} from './forgery.ts'
import { isObject, type JsonObject, listAt, textAt } from './json.ts'
import { changedHeaders } from './tampered-headers.ts'

const farFuture = 10 * 365 * 86_400

export function tamperedTokens(own: Visitor, other: Visitor, keys: unknown): readonly Tampered[] {
  return [
    ...changedPayloads(own, other),
    ...changedHeaders(own),
    ...ownSignatures(own, other),
    ...knownSecrets(own, other, keys),
    ...brokenSignatures(own, other),
    ...otherForms(own, other),
    ...spellings(own),
  ]
}

/** What a guest would like its token to say, under the signature of what it said. */
function changedPayloads(own: Visitor, other: Visitor): readonly Tampered[] {
  const { header, payload, texts } = partsOf(own.token)
  const exp = Number(payload.exp)
  const { locked_filters: _, dataset_ids: __, ...withoutGrants } = payload
  const changes: Readonly<Record<string, JsonObject>> = {
    "the other tenant's id": { ...payload, tenant_id: other.tenantId },
    'a list of both tenants': { ...payload, tenant_id: [own.tenantId, other.tenantId] },
    'no tenant': { ...payload, tenant_id: null },
    'every tenant': { ...payload, tenant_id: '%' },
    'ten more years': { ...payload, exp: exp + farFuture },
    'no end': { ...payload, exp: undefined },
    'no locked filters and no list of datasets': { ...withoutGrants, jti: randomUUID() },
    'empty locked filters': { ...payload, locked_filters: [] },
    'more datasets': { ...payload, dataset_ids: ['flights', 'airports', '*'] },
    'more dashboards': { ...payload, dashboard_ids: ['*'], allow_ad_hoc: true, allow_drill_down: true },
    'the role admin': { ...payload, role: 'admin', permissions: ['*'] },
    'no policy': { ...payload, policy: undefined, subject: 'somebody' },
    'another organization': { ...payload, org_id: randomUUID() },
    'another environment': { ...payload, env_id: randomUUID() },
    'another audience': { ...payload, aud: 'elsewhere' },
    'another issuer': { ...payload, iss: 'https://elsewhere.invalid' },
    "the other token's id": { ...payload, jti: other.id },
  }
  const twice = `${JSON.stringify(payload).slice(0, -1)},"tenant_id":${JSON.stringify(other.tenantId)}}`
  return [
    ...Object.entries(changes).map(([what, changed]) => ({
      what: `${what} written into the payload`,
      token: `${encoded(header)}.${encoded(changed)}.${texts[2]}`,
    })),
    {
      what: 'a second tenant_id written into the payload',
      token: `${texts[0]}.${Buffer.from(twice).toString('base64url')}.${texts[2]}`,
    },
  ]
}

function ownSignatures(own: Visitor, other: Visitor): readonly Tampered[] {
  const { header, payload } = partsOf(own.token)
  const signers: readonly Signer[] = [edwardsSigner(), ellipticSigner(), rsaSigner(), secretSigner('secret')]
  return signers.flatMap((signer) =>
    [own.tenantId, other.tenantId].map((tenantId) => ({
      what: `for ${tenantId === own.tenantId ? 'itself' : 'the other tenant'}, signed with a key of one's own by ${signer.alg}`,
      token: signed({ ...header, alg: signer.alg }, { ...payload, tenant_id: tenantId }, signer),
    })),
  )
}

/** What everybody knows, taken for the secret of HS256: the public key in its forms, the key's id, nothing. */
function knownSecrets(own: Visitor, other: Visitor, keys: unknown): readonly Tampered[] {
  const { header, payload } = partsOf(own.token)
  const kid = String(header.kid)
  const secrets: readonly (readonly [string, string | Buffer])[] = [
    ['nothing', ''],
    ["the key's id", kid],
    ['the issuer', String(payload.iss)],
    ...listAt(keys, 'keys').flatMap(formsOfKey),
  ]
  return secrets.map(([what, secret]) => ({
    what: `for the other tenant, signed by HS256 with ${what}`,
    token: signed(
      { ...header, alg: 'HS256' },
      { ...payload, tenant_id: other.tenantId },
      secretSigner(secret),
    ),
  }))
}

function formsOfKey(key: unknown): readonly (readonly [string, string | Buffer])[] {
  if (!isObject(key)) return []
  const x = textAt(key, 'x') ?? textAt(key, 'n') ?? ''
  const forms = [
    ['the public key as JSON', JSON.stringify(key)],
    ["the public key's text", x],
    ["the public key's bytes", Buffer.from(x, 'base64url')],
  ] as const
  try {
    const pem = createPublicKey({ key: { ...key }, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    return [...forms, ['the public key as PEM', pem], ['the public key as PEM, trimmed', String(pem).trim()]]
  } catch {
    return forms
  }
}

function brokenSignatures(own: Visitor, other: Visitor): readonly Tampered[] {
  const [header, payload, signature] = partsOf(own.token).texts
  const theirs = partsOf(other.token).texts
  return [
    { what: 'no signature', token: `${header}.${payload}` },
    { what: 'an empty signature', token: `${header}.${payload}.` },
    { what: 'half a signature', token: `${header}.${payload}.${signature.slice(0, signature.length / 2)}` },
    { what: 'a signature of zeros', token: `${header}.${payload}.${'A'.repeat(signature.length)}` },
    ...[0, 20, 63].map((index) => ({
      what: `bit ${index * 8} of the signature turned`,
      token: `${header}.${payload}.${withFlippedBit(signature, index)}`,
    })),
    {
      what: 'the first bit of the payload turned',
      token: `${header}.${withFlippedBit(payload, 0)}.${signature}`,
    },
    { what: "the other token's signature", token: `${header}.${payload}.${theirs[2]}` },
    { what: "the other token's payload", token: `${header}.${theirs[1]}.${signature}` },
    { what: "the other token's header and payload", token: `${theirs[0]}.${theirs[1]}.${signature}` },
  ]
}

function otherForms(own: Visitor, other: Visitor): readonly Tampered[] {
  const { header, texts } = partsOf(own.token)
  const [protectedHeader, payload, signature] = texts
  const theirs = partsOf(other.token).texts
  const encrypted = encoded({ alg: 'dir', enc: 'A256GCM', kid: header.kid, typ: 'guest+jwt' })
  const serialization = JSON.stringify({ payload: theirs[1], protected: protectedHeader, signature })
  return [
    { what: 'five parts, as of an encrypted token', token: `${encrypted}..AAAA.${payload}.AAAA` },
    { what: 'five parts', token: `${protectedHeader}.${payload}.${signature}.AAAA.AAAA` },
    { what: 'a fourth part', token: `${own.token}.${signature}` },
    { what: 'an empty fourth part', token: `${own.token}.` },
    { what: 'a part before it', token: `.${own.token}` },
    { what: 'the parts in another order', token: `${payload}.${protectedHeader}.${signature}` },
    { what: 'JSON serialization', token: serialization },
    { what: 'JSON serialization in base64url', token: Buffer.from(serialization).toString('base64url') },
    { what: 'two tokens with a comma between', token: `${own.token},${other.token}` },
    { what: 'two tokens with a space between', token: `${own.token} ${other.token}` },
    { what: 'two tokens in one', token: `${own.token}${other.token}` },
    { what: 'one character', token: 'a' },
    { what: 'dots', token: '..' },
    { what: 'nine kilobytes', token: `${own.token}${'A'.repeat(9_000)}` },
    { what: 'nine kilobytes of payload', token: `${protectedHeader}.${'A'.repeat(9_000)}.${signature}` },
    { what: 'the word undefined', token: 'undefined' },
    { what: 'the id of a token', token: own.id },
  ]
}

function spellings(own: Visitor): readonly Tampered[] {
  const [header, payload, signature] = partsOf(own.token).texts
  const classic = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')
  return [
    ...slackSpellings(signature).map((text) => `${header}.${payload}.${text}`),
    ...slackSpellings(payload).map((text) => `${header}.${text}.${signature}`),
    `${header}.${payload}.${signature}==`,
    `${header}=.${payload}=.${signature}=`,
    `${classic(header)}.${classic(payload)}.${classic(signature)}`,
  ]
    .filter((token) => token !== own.token)
    .map((token, index) => ({
      what: `another spelling of the same token (${index + 1})`,
      token,
      isSpelling: true,
    }))
}
