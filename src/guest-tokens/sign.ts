import { SignJWT } from 'jose'
import { type GuestTokenPayload, guestTokenType, tokenMaxBytes } from '../access/payload.ts'
import type { SigningKey } from '../access/signing-keys.ts'
import { badInput } from '../errors.ts'

/** @throws BAD_USER_INPUT where the grants are too many */
export async function signToken(
  claims: GuestTokenPayload,
  { keyId, algorithm, key }: SigningKey,
): Promise<string> {
  const { sub, nbf: _, ...rest } = claims
  const token = await new SignJWT({ ...rest, ...(sub !== undefined && { sub }) })
    .setProtectedHeader({ alg: algorithm, kid: keyId, typ: guestTokenType })
    .sign(key)
  if (token.length <= tokenMaxBytes) return token
  throw badInput('input', `grants that fit into a token of ${tokenMaxBytes} bytes, not ${token.length}`)
}
