import { requireScope } from '../access/api-key-scopes.ts'
import type { Credential } from '../access/credential.ts'
import type { EncryptionKeys } from '../access/encryption.ts'
import type { HostIdentity } from '../access/host.ts'
import type { TokenIssuers } from '../access/issuers/token-issuers.ts'
import type { Keyring } from '../access/keyring.ts'
import type { Regions } from '../access/places/regions.ts'
import type { RegisteredTenants } from '../access/places/registered-tenants.ts'
import { begun, createMeter } from '../access/rates/meter.ts'
import type { Revocations } from '../access/revocations.ts'
import { createApiKey } from '../api-keys/create.ts'
import { listApiKeys, usedApiKey } from '../api-keys/read.ts'
import { revokeApiKey } from '../api-keys/revoke.ts'
import { rotateApiKey } from '../api-keys/rotate.ts'
import { auditFrom } from '../audit/caller.ts'
import { listAuditEvents } from '../audit/read.ts'
import type { DataSources } from '../data-sources/data-sources.ts'
import {
  deleteDataSourceSecret,
  listDataSourceSecrets,
  setDataSourceSecret,
} from '../data-sources/secrets/manage.ts'
import type { StoredSecrets } from '../data-sources/secrets/stored-secrets.ts'
import { explain } from '../explain/explain.ts'
import { createAnswerSize } from '../graphql/answer-size.ts'
import type { HostContext, RequestContext } from '../graphql/context.ts'
import { mintGuestToken } from '../guest-tokens/mint.ts'
import { revokeGuestTokens } from '../guest-tokens/revoke.ts'
import { applyModel } from '../model/apply.ts'
import { loadModel } from '../model/repository.ts'
import { readAllowedOrigins, setAllowedOrigins } from '../origins/allowed.ts'
import { listSigningKeys } from '../signing-keys/read.ts'
import { rotateSigningKey } from '../signing-keys/rotate.ts'
import { createLoaders } from '../store/loaders.ts'
import { eraseTenant } from '../tenants/erase.ts'
import { listTenants } from '../tenants/list.ts'
import { upsertTenant } from '../tenants/upsert.ts'
import { listTokenIssuers } from '../token-issuers/read.ts'
import { registerTokenIssuer } from '../token-issuers/register.ts'
import { removeTokenIssuer } from '../token-issuers/remove.ts'
import { hostUsage } from '../usage/read.ts'
import { type GuestDependencies, guestContext } from './guest-context.ts'
import { boundRefresh } from './refresh-context.ts'
import type { RequestFacts } from './use-credential.ts'

export interface ContextDependencies extends GuestDependencies {
  readonly dataSources: Pick<DataSources, 'of' | 'try'>
  readonly secrets: StoredSecrets
  readonly encryptionKeys: EncryptionKeys
  readonly keyring: Keyring
  readonly registered: RegisteredTenants
  readonly regions: Regions
  readonly issuers: TokenIssuers
  readonly issuer: string
  readonly audience: string
  readonly revocations: Revocations
  /** Of one answer, about. */
  readonly answerBytesMax: number
}

/** Binds everything that resolvers can reach to a verified credential. */
export async function createRequestContext(
  credential: Credential,
  request: RequestFacts,
  given: ContextDependencies,
): Promise<RequestContext> {
  const { requestId, address } = request
  const dependencies = { ...given, audit: auditFrom(given.audit, request) }
  const { rates } = dependencies
  const refreshGuestToken = boundRefresh(credential, request, dependencies)
  const answerSize = createAnswerSize(dependencies.answerBytesMax)
  const none = { requestId, guest: null, host: null, answerSize, refreshGuestToken }
  if (credential.kind === 'refresh') {
    const { admit } = await begun(createMeter(rates.refresh(credential.refresh, address)))
    return Object.freeze({ ...none, admit })
  }
  if (credential.kind === 'host') {
    const { admit } = await begun(createMeter(rates.host(credential.host, address)))
    return Object.freeze({ ...none, admit, host: hostContext(credential.host, request, dependencies) })
  }
  const bound = await guestContext(credential.claims, request, answerSize.exceeded, dependencies)
  return Object.freeze({ ...none, ...bound })
}

function hostContext(
  host: HostIdentity,
  { requestId, signal }: RequestFacts,
  {
    store,
    keyring,
    issuers,
    catalogues,
    dataSources,
    secrets,
    encryptionKeys,
    placing,
    registered,
    regions,
    usage,
    audit,
    rates,
    tokenUse,
    origins,
    revocations,
    limits,
    issuer,
    audience,
  }: ContextDependencies,
): HostContext {
  const identity = { organizationId: host.organizationId, environmentId: host.environmentId }
  const loaders = createLoaders(store, identity)
  const secretDeps = { store, secrets, encryptionKeys, audit, requestId }
  const issuerDeps = { store, issuers, revocations, audit, issuer, audience, requestId }
  return Object.freeze({
    mintGuestToken: async (input) => {
      const catalogue = await catalogues.get(identity)
      const deps = { store, keyring, catalogue, placing, issuer, audience, audit, rates, requestId }
      const minted = await mintGuestToken(host, input, deps)
      usage.add({ ...identity, tenantId: input.tenantId }, { tokensMinted: 1 })
      return minted
    },
    revokeGuestTokens: (input) => revokeGuestTokens(host, input, { store, revocations, audit, requestId }),
    explain: async (input) => {
      const catalogue = await catalogues.get(identity)
      return explain(host, input, {
        store,
        revocations,
        catalogue,
        warehouses: dataSources.of(identity, catalogue),
        placing,
        limits,
        issuer,
        audience,
        signal,
      })
    },
    applyModel: async (document, { dryRun }) => {
      requireScope(host, 'model:write')
      const change = await applyModel({
        ...{ store, identity, dataSources, document, dryRun },
        isSecret: (tenantId) => placing.isSecret(identity.environmentId, tenantId),
      })
      if (dryRun) return change
      catalogues.forget(identity)
      const { apiKeyId } = host
      const detail = { version: change.version, changes: change.changes.length }
      audit.record({
        kind: 'model.applied',
        outcome: 'SUCCEEDED',
        environment: identity,
        apiKeyId,
        requestId,
        detail,
      })
      return change
    },
    exportModel: async () => {
      requireScope(host, 'model:write')
      const model = await loadModel(store, identity)
      return model?.document ?? {}
    },
    usage: (input) => hostUsage(host, input, { store, usage }),
    upsertTenant: (input) => upsertTenant(host, input, { store, registered, regions, audit, requestId }),
    eraseTenant: (tenantId) =>
      eraseTenant(host, tenantId, {
        ...{ store, registered, revocations, audit, requestId },
        onModelChange: () => catalogues.forget(identity),
      }),
    tenants: (page) => listTenants(host, page, { store, regions }),
    dataSourceSecrets: () => listDataSourceSecrets(host, { store }),
    setDataSourceSecret: (input) => setDataSourceSecret(host, input, secretDeps),
    deleteDataSourceSecret: (name) => deleteDataSourceSecret(host, name, secretDeps),
    tokenIssuers: () => listTokenIssuers(host, { store, audience }),
    registerTokenIssuer: (input) => registerTokenIssuer(host, input, issuerDeps),
    removeTokenIssuer: (id) => removeTokenIssuer(host, id, issuerDeps),
    allowedOrigins: async () => readAllowedOrigins(host, origins),
    setAllowedOrigins: (entries) => setAllowedOrigins(host, entries, { origins, audit, requestId }),
    signingKeys: () => listSigningKeys(host, store),
    rotateSigningKey: (input) => rotateSigningKey(host, input, { keyring, revocations, audit, requestId }),
    apiKeys: () => listApiKeys(host, store),
    createApiKey: (input) => createApiKey(host, input, { store, audit, requestId }),
    rotateApiKey: (id, options) => rotateApiKey(host, id, options, { store, audit, requestId }),
    revokeApiKey: (id, options) => revokeApiKey(host, id, options, { store, revocations, audit, requestId }),
    usedApiKey: async (id) => {
      const row = await loaders.apiKeys.load(id)
      return row === null ? null : usedApiKey(host, row)
    },
    auditEvents: async (page) => {
      requireScope(host, 'audit:read')
      return tokenUse.hostInTurn(host, () => listAuditEvents(store, identity, page, host.tenants))
    },
  } satisfies HostContext)
}
