import type { CryptoKey } from 'jose'
import { z } from 'zod'
import { importKey, publicMembers } from '../key-material.ts'
import type { SigningAlgorithm } from '../payload.ts'

/** What issuers may sign with. Not HS256: whoever can verify such a token could make it. */
export const issuerAlgorithms = ['EdDSA', 'ES256', 'RS256'] as const satisfies readonly SigningAlgorithm[]
export type IssuerAlgorithm = (typeof issuerAlgorithms)[number]

export interface IssuerKey {
  readonly algorithm: IssuerAlgorithm
  readonly key: CryptoKey
}

/** By `kid`. */
export type KeySet = ReadonlyMap<string, IssuerKey>

export const keysMax = 50
const kidPattern = /^[\x21-\x7e]{1,200}$/
/** More makes a verification slow, and nobody needs it. */
const rsaBitsMax = 4096

const jwkSchema = z.looseObject({
  kty: z.string(),
  kid: z.string().regex(kidPattern),
  crv: z.string().optional(),
  e: z.string().optional(),
  alg: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
})

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

type Read =
  | { readonly kid: string; readonly key: IssuerKey }
  /** What would have been right, in words. */
  | { readonly expected: string }

/** One public key as RFC 7517 writes it, for one of these algorithms. The kind of key decides which, and `alg` must agree. */
export async function readPublicKey(jwk: unknown, algorithms: readonly IssuerAlgorithm[]): Promise<Read> {
  const parsed = jwkSchema.safeParse(jwk)
  if (!parsed.success) return { expected: 'a JWK with kty and a kid of 1 to 200 visible ASCII characters' }
  const { kid, alg, use = 'sig', key_ops: operations = ['verify'], e } = parsed.data
  if (privateMembers.some((name) => Object.hasOwn(parsed.data, name)))
    return { expected: 'a public key without its private half' }
  const algorithm = algorithmOf(parsed.data)
  if (algorithm === null || (alg ?? algorithm) !== algorithm || !algorithms.includes(algorithm))
    return { expected: `a key for ${algorithms.join(', ')}: Ed25519, P-256 or RSA, with that alg or none` }
  if (use !== 'sig' || !operations.includes('verify')) return { expected: 'a key that may verify signatures' }
  // With an exponent of 1 whatever is sent is its own signature.
  if (algorithm === 'RS256' && e !== 'AQAB') return { expected: 'an RSA key with the exponent 65537' }
  try {
    const key = await importKey(algorithm, publicMembers(algorithm, jwk), 'verify')
    const bits = 'modulusLength' in key.algorithm ? Number(key.algorithm.modulusLength) : 2048
    if (bits >= 2048 && bits <= rsaBitsMax) return { kid, key: Object.freeze({ algorithm, key }) }
  } catch {
    // It says what it says below.
  }
  return { expected: `a whole key, RSA of 2048 to ${rsaBitsMax} bits` }
}

/** Null where it is no key set at all. Keys of other kinds and uses are not in it, nor those that share a `kid`. */
export async function readKeySet(
  document: unknown,
  algorithms: readonly IssuerAlgorithm[],
): Promise<KeySet | null> {
  const parsed = z.looseObject({ keys: z.array(z.unknown()).max(keysMax) }).safeParse(document)
  if (!parsed.success) return null
  const read = await Promise.all(parsed.data.keys.map((jwk) => readPublicKey(jwk, algorithms)))
  const keys = new Map<string, IssuerKey>()
  const ambiguous = new Set<string>()
  for (const one of read) {
    if ('expected' in one) continue
    if (keys.has(one.kid)) ambiguous.add(one.kid)
    keys.set(one.kid, one.key)
  }
  for (const kid of ambiguous) keys.delete(kid)
  return keys
}

function algorithmOf({ kty, crv }: z.infer<typeof jwkSchema>): IssuerAlgorithm | null {
  if (kty === 'OKP' && crv === 'Ed25519') return 'EdDSA'
  if (kty === 'EC' && crv === 'P-256') return 'ES256'
  return kty === 'RSA' ? 'RS256' : null
}
