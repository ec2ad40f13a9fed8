import { randomUUID } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { EnvironmentIdentity } from '../../src/store/store.ts'

/** A key of a host, which signs guest tokens with it. */
export interface HostKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  /** What the host publishes. */
  readonly jwk: JWK
}

export async function newHostKey(alg = 'EdDSA', kid = `key-${randomUUID()}`): Promise<HostKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export function hostClaims(
  iss: string,
  { organizationId, environmentId }: EnvironmentIdentity,
  changes: object = {},
) {
  const iat = Math.floor(Date.now() / 1000)
  return {
    ...{ iss, aud: 'tessera', jti: randomUUID(), iat, exp: iat + 600 },
    ...{ org_id: organizationId, env_id: environmentId, tenant_id: 'ATL' },
    ...changes,
  }
}

export function signAsHost(key: HostKey, claims: object, header: object = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'guest+jwt', ...header })
    .sign(key.privateKey)
}
