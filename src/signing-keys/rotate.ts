import { requireScope } from '../access/api-key-scopes.ts'
import { hmacSecretForm, parseHmacSecret } from '../access/hmac-secret.ts'
import type { HostIdentity } from '../access/host.ts'
import { requireAllTenants } from '../access/host-bounds.ts'
import { generateKey, hmacKey, type NewKey } from '../access/key-material.ts'
import type { Keyring } from '../access/keyring.ts'
import { lifetimeMaxSeconds, type SigningAlgorithm } from '../access/payload.ts'
import type { Revocations } from '../access/revocations.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { badInput } from '../errors.ts'
import type { RotateSigningKeyInput, SigningKeyRecord } from '../graphql/context.ts'
import { signingKeyRecord } from './read.ts'

export interface RotateDeps {
  readonly keyring: Keyring
  readonly revocations: Revocations
  readonly audit: AuditLog
  readonly requestId: string | null
}

/**
 * A new key signs from now on: here when this answers, everywhere within two seconds. The keys before it verify for the
 * grace time, and no longer.
 * @throws FORBIDDEN without the scope keys:write and for a key of some tenants, BAD_USER_INPUT with the argument's path
 */
export async function rotateSigningKey(
  host: HostIdentity,
  input: RotateSigningKeyInput,
  { keyring, revocations, audit, requestId }: RotateDeps,
): Promise<SigningKeyRecord> {
  requireScope(host, 'keys:write')
  requireAllTenants(host)
  const { organizationId, environmentId, apiKeyId } = host
  const environment = { organizationId, environmentId }
  const graceSeconds = parseGrace(input.graceSeconds)
  const algorithm = input.algorithm ?? (await keyring.signingKey(environment)).algorithm
  const key = await newKey(algorithm, input.hmacSecret)
  const rotated = await keyring.rotate(environment, { algorithm, key, graceSeconds })
  for (const revocation of rotated.revocations) revocations.add(revocation)
  const { row } = rotated
  audit.record({
    kind: 'signing_key.rotated',
    outcome: 'SUCCEEDED',
    environment,
    apiKeyId,
    requestId,
    detail: { signingKeyId: row.id, algorithm, graceSeconds },
  })
  return signingKeyRecord(row)
}

/** A day by default: no token that was signed before lives longer. */
function parseGrace(asked: number | null | undefined): number {
  const seconds = asked ?? lifetimeMaxSeconds
  if (seconds >= 0 && seconds <= lifetimeMaxSeconds) return seconds
  throw badInput('graceSeconds', `a whole number from 0 to ${lifetimeMaxSeconds}`)
}

async function newKey(algorithm: SigningAlgorithm, secret: string | null | undefined): Promise<NewKey> {
  if (secret == null) return generateKey(algorithm)
  if (algorithm !== 'HS256') throw badInput('hmacSecret', 'none, unless the algorithm is HS256')
  const bytes = parseHmacSecret(secret)
  if (bytes === null) throw badInput('hmacSecret', hmacSecretForm)
  return hmacKey(bytes)
}
