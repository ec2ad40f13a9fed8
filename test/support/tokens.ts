import { randomBytes, randomUUID } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { createApiKeys } from '../../src/access/api-keys.ts'
import { ensureBootstrapKey } from '../../src/access/bootstrap-key.ts'
import { builtinRoles } from '../../src/access/builtin-roles.ts'
import { authenticate, type CredentialDeps } from '../../src/access/credential.ts'
import { parseEncryptionKey } from '../../src/access/encryption.ts'
import type { HostIdentity } from '../../src/access/host.ts'
import type { KeyTiming } from '../../src/access/issuers/issuer-keys.ts'
import { createTokenIssuers, type TokenIssuers } from '../../src/access/issuers/token-issuers.ts'
import { createKeyring, type Keyring } from '../../src/access/keyring.ts'
import { scopeOf } from '../../src/access/layers.ts'
import type { Network } from '../../src/access/networks.ts'
import { nowhere } from '../../src/access/places/routing.ts'
import { createRefreshTokens } from '../../src/access/refresh-tokens.ts'
import { openRevocations, type Revocations } from '../../src/access/revocations.ts'
import type { Scope } from '../../src/access/scope.ts'
import { createTokenEnds } from '../../src/access/token-ends.ts'
import { createVerifiedTokens } from '../../src/access/verified-tokens.ts'
import { type AuditLog, createAuditLog } from '../../src/audit/audit-log.ts'
import { keysUnavailable } from '../../src/audit/events.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { defaultCustoms } from '../../src/catalogue/customs.ts'
import type { GuestTokenInput } from '../../src/graphql/context.ts'
import { mintGuestToken } from '../../src/guest-tokens/mint.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import type { EnvironmentIdentity, Store } from '../../src/store/store.ts'
import { placedByRule } from './placing.ts'
import { testRates } from './rates.ts'

export const emptyCatalogue: Catalogue = {
  customs: defaultCustoms,
  routing: nowhere,
  version: 0,
  dataSources: new Map(),
  datasets: new Map(),
  metrics: new Map(),
  benchmarks: new Map(),
  dashboards: new Map(),
  widgets: new Map(),
  roles: builtinRoles,
  policies: new Map(),
}

export const silent: Logger = createLogger('silent')

/** One environment with keys, on a real store, in which tokens are minted and verified as in production. */
export interface TokenKit {
  readonly environment: EnvironmentIdentity
  readonly host: HostIdentity
  /** An admin API key of the environment. */
  readonly apiKey: string
  readonly keyring: Keyring
  readonly issuers: TokenIssuers
  readonly audit: AuditLog
  readonly revocations: Revocations
  readonly deps: CredentialDeps
  guestToken(input: GuestTokenInput): Promise<string>
  scopeFor(input: GuestTokenInput): Promise<Scope>
}

export interface TokenKitOptions {
  /** The model that tokens may name things of. */
  readonly catalogue?: Catalogue
  readonly organization?: string
  readonly encryptionKey?: string
  /** For how long guests are served without the store. */
  readonly outageMaxMs?: number
  /** In which the key sets of issuers may be fetched. */
  readonly jwksNetworks?: readonly Network[]
  readonly keyTiming?: KeyTiming
  readonly jwksTimeoutMs?: number
}

export async function openTokenKit(store: Store, options: TokenKitOptions = {}): Promise<TokenKit> {
  const {
    catalogue = emptyCatalogue,
    organization = `organization ${randomUUID()}`,
    outageMaxMs = 60_000,
  } = options
  const environment = await ensureEnvironment(store, { organization, environment: 'test' })
  const encryptionKey = parseEncryptionKey(options.encryptionKey ?? testEncryptionKey)
  if (encryptionKey === null) throw new Error('Not an encryption key.')
  const keyring = createKeyring({ store, encryptionKey, log: silent })
  const audit = createAuditLog(store, silent)
  const issuers = createTokenIssuers({
    ...{ store, log: silent, allowedNetworks: options.jwksNetworks ?? [] },
    ...(options.keyTiming !== undefined && { timing: options.keyTiming }),
    ...(options.jwksTimeoutMs !== undefined && { timeoutMs: options.jwksTimeoutMs }),
    onUnavailable: (unavailable, reason) => audit.record(keysUnavailable(unavailable, reason)),
  })
  const issuer = 'tessera'
  const audience = 'tessera'
  const revocations = await openRevocations({ store, log: silent, outageMaxMs })
  const tokenEnds = createTokenEnds(revocations, keyring.ends)
  const apiKeys = createApiKeys({ store, log: silent })
  const deps: CredentialDeps = {
    ...{ keyring, issuers, apiKeys, tokenEnds, issuer, audience },
    refreshTokens: createRefreshTokens(store),
    verifiedTokens: createVerifiedTokens(),
  }
  const apiKey = `tsk_${randomBytes(32).toString('hex')}`
  await ensureBootstrapKey(store, environment, apiKey)
  const host = await hostOf(apiKey, deps)

  async function guestToken(input: GuestTokenInput): Promise<string> {
    const terms = {
      store,
      keyring,
      placing: placedByRule,
      catalogue,
      issuer,
      audience,
      audit,
      rates: testRates(),
      requestId: null,
    }
    return (await mintGuestToken(host, input, terms)).token
  }

  async function scopeFor(input: GuestTokenInput): Promise<Scope> {
    const credential = await authenticate(`Bearer ${await guestToken(input)}`, deps)
    if (credential.kind !== 'guest') throw new Error('A guest token gave no scope.')
    return scopeOf(credential.claims, catalogue, placedByRule)
  }

  return { environment, host, apiKey, keyring, issuers, audit, revocations, deps, guestToken, scopeFor }
}

/** The same for all kits of one store, as one installation has one. */
const testEncryptionKey = randomBytes(32).toString('base64')

async function hostOf(apiKey: string, deps: CredentialDeps): Promise<HostIdentity> {
  const credential = await authenticate(`Bearer ${apiKey}`, deps)
  if (credential.kind !== 'host') throw new Error('An API key gave no host.')
  return credential.host
}

/** A compact JWS over exactly these bytes, whatever they say: what an attacker with the key could send. */
export async function signRaw(
  key: CryptoKey,
  header: string | Uint8Array,
  payload: string | Uint8Array,
): Promise<string> {
  const input = `${base64url(header)}.${base64url(payload)}`
  const signature = await crypto.subtle.sign('Ed25519', key, Buffer.from(input))
  return `${input}.${base64url(new Uint8Array(signature))}`
}

export function base64url(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}
