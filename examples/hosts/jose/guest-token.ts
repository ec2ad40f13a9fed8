import { randomUUID } from 'node:crypto'
import { type CryptoKey, SignJWT } from 'jose'

/** What `registerTokenIssuer` answered, and the private half of one of the registered keys. */
export interface OwnIssuer {
  readonly issuer: string
  readonly audience: string
  readonly organizationId: string
  readonly environmentId: string
  readonly alg: 'EdDSA' | 'ES256' | 'RS256'
  readonly kid: string
  readonly privateKey: CryptoKey
}

/** A guest token that the host signs itself: Tessera is not asked. Grants are spelled as in docs/token-issuers.md. */
export function signGuestToken(
  { issuer, audience, organizationId, environmentId, alg, kid, privateKey }: OwnIssuer,
  grants: { readonly tenant_id: string; readonly sub?: string; readonly [claim: string]: unknown },
): Promise<string> {
  return new SignJWT({ org_id: organizationId, env_id: environmentId, ...grants })
    .setProtectedHeader({ alg, kid, typ: 'guest+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(privateKey)
}
