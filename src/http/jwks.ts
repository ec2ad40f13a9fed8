import { z } from 'zod'
import type { PublicKey } from '../access/signing-keys.ts'
import { TesseraError } from '../errors.ts'
import { answerError, type Exchange } from './answer.ts'

export const jwksPath = '/.well-known/jwks.json'

export interface JwksOptions {
  /** Whose keys are answered where the request names no environment. */
  readonly environmentId: string
  readonly publicKeys: (environmentId: string) => Promise<readonly PublicKey[]>
}

/**
 * As long as a key that was ended goes on being trusted by those who verify, and as long as a new one is unknown
 * where something between keeps the answer: a minute is asked for often enough to end and seldom enough to cost nothing.
 */
const maxAgeSeconds = 60

export type Jwks = (exchange: Exchange) => Promise<void>

/**
 * The public keys of one environment (RFC 7517). Never of all: whoever verifies with a set that holds the keys of
 * staging and production takes the tokens of either for the other's.
 */
export function createJwks({ environmentId: own, publicKeys }: JwksOptions): Jwks {
  return async (exchange) => {
    const { request, response } = exchange
    const named = new URLSearchParams(request.url?.split('?', 2)[1]).getAll('environment')
    const [environmentId = own] = named
    if (named.length > 1 || !z.uuid().safeParse(environmentId).success) {
      const expected = 'the id of one environment, as env_id of a guest token has it'
      return answerError(exchange, new TesseraError('BAD_USER_INPUT', { argument: 'environment', expected }))
    }
    const keys = await publicKeys(environmentId.toLowerCase())
    const text = JSON.stringify({ keys })
    response.writeHead(200, {
      'content-type': 'application/jwk-set+json',
      'content-length': Buffer.byteLength(text),
      // An environment may get its first key a moment later.
      'cache-control': keys.length === 0 ? 'no-store' : `public, max-age=${maxAgeSeconds}`,
      // They are public, and pages may verify, too.
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
}
