import { randomBytes } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose'
import { z } from 'zod'
import { isStrongSecret } from './hmac-secret.ts'
import type { SigningAlgorithm } from './payload.ts'

/** The one kind of key that each algorithm takes; a public RSA key can't become an HMAC secret (RFC 8725, 2.1). */
const keySchemas = {
  EdDSA: z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  ES256: z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
  RS256: z.looseObject({ kty: z.literal('RSA'), n: z.string().min(342), e: z.string() }),
  HS256: z.looseObject({
    kty: z.literal('oct'),
    k: z.string().refine((k) => isStrongSecret(Buffer.from(k, 'base64url'))),
  }),
}

/**
 * A stored JWK as a key that jose uses as it is.
 * @throws Error where the key is of another kind than the algorithm, an RSA key has under 2048 or an HMAC key under 256 bits, or
 *   the HMAC key is a known default
 */
export async function importKey(
  algorithm: SigningAlgorithm,
  jwk: unknown,
  use: 'sign' | 'verify',
): Promise<CryptoKey> {
  if (algorithm === 'HS256') {
    const { k } = keySchemas.HS256.parse(jwk)
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    return crypto.subtle.importKey('raw', Buffer.from(k, 'base64url'), hmac, false, [use])
  }
  const { key_ops: _, ext: __, alg: ___, ...key } = keySchemas[algorithm].parse(jwk)
  const imported = await importJWK({ ...key }, algorithm)
  if (imported instanceof Uint8Array) throw new Error(`A key for ${algorithm} can't be symmetric.`)
  return imported
}

export interface NewKey {
  /** Null of an HMAC key, which has no public half. */
  readonly publicJwk: Readonly<Record<string, unknown>> | null
  readonly privateJwk: Readonly<Record<string, unknown>>
}

/** In RSA 2048 bits: what verifiers of guest tokens are asked to take, and 0.6 ms to sign. */
export async function generateKey(algorithm: SigningAlgorithm): Promise<NewKey> {
  if (algorithm === 'HS256') return hmacKey(randomBytes(32))
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
}

export function hmacKey(secret: Buffer): NewKey {
  return { publicJwk: null, privateJwk: { kty: 'oct', k: secret.toString('base64url') } }
}

const publicSchemas = {
  EdDSA: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  ES256: z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
  RS256: z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() }),
}

/**
 * What verifiers may have of a stored key, member by member: nothing that stands beside those gets out.
 * @returns null of an HMAC key, and of one that is not what its algorithm takes
 */
export function publicMembers(
  algorithm: SigningAlgorithm,
  publicJwk: unknown,
): Readonly<Record<string, string>> | null {
  if (algorithm === 'HS256') return null
  return publicSchemas[algorithm].safeParse(publicJwk).data ?? null
}
