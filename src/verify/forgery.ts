import { createHmac, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { isObject, type JsonObject, parseJson } from './json.ts'

/** Making tokens that should not be accepted. */

export interface Tampered {
  readonly what: string
  readonly token: string
  /** The same bytes in another spelling: it may be answered, but only as the very same tenant. */
  readonly isSpelling?: true
}

export interface TokenParts {
  readonly header: JsonObject
  readonly payload: JsonObject
  /** The three parts as they stand in the token. */
  readonly texts: readonly [string, string, string]
}

export function partsOf(token: string): TokenParts {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { header: decoded(header), payload: decoded(payload), texts: [header, payload, signature] }
}

function decoded(text: string): JsonObject {
  const value = parseJson(Buffer.from(text, 'base64url').toString('utf8'))
  return isObject(value) ? value : {}
}

export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export interface Signer {
  readonly alg: string
  /** Its own public half, to be embedded. */
  readonly jwk: JsonWebKey | null
  sign(text: string): string
}

export function edwardsSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    alg: 'EdDSA',
    jwk: publicKey.export({ format: 'jwk' }),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  }
}

export function ellipticSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    alg: 'ES256',
    jwk: publicKey.export({ format: 'jwk' }),
    sign: (text) =>
      sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  }
}

export function rsaSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    alg: 'RS256',
    jwk: publicKey.export({ format: 'jwk' }),
    sign: (text) => sign('sha256', Buffer.from(text), privateKey).toString('base64url'),
  }
}

export function secretSigner(secret: string | Buffer): Signer {
  return {
    alg: 'HS256',
    jwk: null,
    sign: (text) => createHmac('sha256', secret).update(text).digest('base64url'),
  }
}

export function signed(header: JsonObject, payload: JsonObject, signer: Signer): string {
  const text = `${encoded(header)}.${encoded(payload)}`
  return `${text}.${signer.sign(text)}`
}

/** One bit of what a part of base64url means, and not of its slack. */
export function withFlippedBit(part: string, index: number): string {
  const bytes = Buffer.from(part, 'base64url')
  const at = Math.min(index, bytes.length - 1)
  if (at < 0) return part
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  return bytes.toString('base64url')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Other texts of the same bytes: the bits of the last character that stand for nothing. */
export function slackSpellings(part: string): readonly string[] {
  const last = alphabet.indexOf(part.slice(-1))
  const bytes = Buffer.from(part, 'base64url').toString('base64url')
  return [...alphabet]
    .map((_, index) => `${part.slice(0, -1)}${alphabet[index ^ last] ?? ''}`)
    .filter((text) => text !== part && Buffer.from(text, 'base64url').toString('base64url') === bytes)
    .slice(0, 3)
}
