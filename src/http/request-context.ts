import { requireScope } from '../access/api-key-scopes.ts'
import type { VerifiedClaims } from '../access/claims.ts'
import type { Credential } from '../access/credential.ts'
import type { HostIdentity } from '../access/host.ts'
import type { Keyring } from '../access/keyring.ts'
import { scopeOf } from '../access/layers.ts'
import { checkOrigin } from '../access/origins.ts'
import type { Revocations } from '../access/revocations.ts'
import type { Scope } from '../access/scope.ts'
import type { TokenEnds } from '../access/token-ends.ts'
import type { TokenUse } from '../access/token-limits.ts'
import { keptToken } from '../access/verify.ts'
import { adHocAnalytics } from '../analytics/ad-hoc.ts'
import { type Analytics, createAnalytics } from '../analytics/analytics.ts'
import { effectivePermissions } from '../analytics/effective-permissions.ts'
import { visibleCatalogue } from '../analytics/visible.ts'
import { createApiKey } from '../api-keys/create.ts'
import { listApiKeys, usedApiKey } from '../api-keys/read.ts'
import { revokeApiKey } from '../api-keys/revoke.ts'
import { rotateApiKey } from '../api-keys/rotate.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { listAuditEvents } from '../audit/read.ts'
import { explain } from '../explain/explain.ts'
import { createExport, type ExportOwner } from '../exports/create.ts'
import type { ExportLinks } from '../exports/links.ts'
import type { Exporter } from '../exports/prepare.ts'
import type { GuestContext, HostContext, RequestContext } from '../graphql/context.ts'
import type { ExportInput } from '../graphql/export-request.ts'
import { mintGuestToken } from '../guest-tokens/mint.ts'
import { revokeGuestTokens } from '../guest-tokens/revoke.ts'
import { createLive, type LiveHub } from '../live/live.ts'
import { applyModel } from '../model/apply.ts'
import type { CatalogueCache } from '../model/catalogue-cache.ts'
import { loadModel } from '../model/repository.ts'
import { listSigningKeys } from '../signing-keys/read.ts'
import { rotateSigningKey } from '../signing-keys/rotate.ts'
import { createLoaders } from '../store/loaders.ts'
import type { Store } from '../store/store.ts'
import { type Limits, streamLimits } from '../warehouse/limits.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { withoutRows } from '../warehouse/without-rows.ts'
import { boundRefresh } from './refresh-context.ts'
import type { RequestFacts } from './use-credential.ts'

export interface ContextDependencies {
  readonly store: Store
  readonly keyring: Keyring
  readonly catalogues: CatalogueCache
  /** By the name of the data source. */
  readonly warehouses: ReadonlyMap<string, Warehouse>
  readonly audit: AuditLog
  readonly issuer: string
  readonly audience: string
  readonly limits: Limits
  readonly questionsPerRequest: number
  readonly tokenUse: TokenUse
  readonly tokenEnds: TokenEnds
  readonly revocations: Revocations
  readonly exportLinks: ExportLinks
  readonly exportRowsMax: number
  readonly live: LiveHub
  /** Whether guests are told what the engine read. */
  readonly tellsCost: boolean
}

/** Binds everything that resolvers can reach to a verified credential. */
export async function createRequestContext(
  credential: Credential,
  request: RequestFacts,
  dependencies: ContextDependencies,
): Promise<RequestContext> {
  const { requestId } = request
  const refreshGuestToken = boundRefresh(credential, requestId, dependencies)
  if (credential.kind === 'refresh') {
    return Object.freeze({ requestId, guest: null, host: null, refreshGuestToken })
  }
  if (credential.kind === 'host') {
    const host = hostContext(credential.host, request, dependencies)
    return Object.freeze({ requestId, guest: null, host, refreshGuestToken })
  }
  const guest = await guestContext(credential.claims, request, dependencies)
  return Object.freeze({ requestId, guest, host: null, refreshGuestToken })
}

async function guestContext(
  claims: VerifiedClaims,
  request: RequestFacts,
  dependencies: ContextDependencies,
): Promise<GuestContext> {
  const { scope, guest } = await boundGuest(claims, request, dependencies)
  if (request.isCounted !== true) await dependencies.tokenUse.admit(scope)
  return guest
}

/** The guest of these claims, as the model and the clock are now. */
async function boundGuest(
  claims: VerifiedClaims,
  request: RequestFacts,
  dependencies: ContextDependencies,
): Promise<{ readonly scope: Scope; readonly guest: GuestContext }> {
  const { catalogues, tokenUse, tokenEnds, exportLinks: links, exportRowsMax, audit } = dependencies
  const { requestId, signal, origin, lastEventId } = request
  const { organizationId, environmentId } = claims
  const catalogue = await catalogues.get({ organizationId, environmentId })
  const scope = scopeOf(claims, catalogue)
  checkOrigin(scope, origin)
  const { tenantId, subject, role, expiresAt } = scope
  const visible = visibleCatalogue(scope, catalogue)
  const analyticsOver = (warehouses: ReadonlyMap<string, Warehouse>) =>
    createAnalytics(scope, {
      catalogue,
      warehouses,
      limits: dependencies.limits,
      streamLimits: streamLimits(exportRowsMax),
      questionsPerRequest: dependencies.questionsPerRequest,
      tellsCost: dependencies.tellsCost,
      now: Date.now() * 1000,
      signal,
      inTurn: (run) => tokenUse.inTurn(scope, run),
    })
  const { adHoc: mayAsk, export: mayExport, drillDown: mayDrillDown } = scope.permissions
  const exporterOver = (stored: Analytics): Exporter => ({
    analytics: adHocAnalytics(scope, stored),
    stored,
    catalogue: visible,
    mayAsk,
    mayExport,
  })
  const exporter = exporterOver(analyticsOver(dependencies.warehouses))
  let ended: AbortSignal | undefined
  const guest: GuestContext = Object.freeze({
    viewer: Object.freeze({
      tenantId,
      subject,
      role,
      expiresAt,
      permissions: () => effectivePermissions(scope, catalogue, visible),
    }),
    ...exporter,
    mayDrillDown,
    createExport: (input: ExportInput) => {
      const rehearsal = exporterOver(analyticsOver(withoutRows(catalogue)))
      const owner = ownerOf(claims, origin)
      return createExport(exporter, owner, input, {
        links,
        audit,
        rowsMax: exportRowsMax,
        requestId,
        rehearsal,
      })
    },
    get ended() {
      ended ??= tokenEnds.signal(claims, signal)
      return ended
    },
    get live() {
      return createLive(dependencies.live, {
        claims,
        scope,
        lastEventId,
        gone: signal,
        ended: guest.ended,
        bind: async (until) => (await boundGuest(claims, { ...request, signal: until }, dependencies)).guest,
        bindToTell: async () =>
          (await boundGuest(claims, request, { ...dependencies, questionsPerRequest: 0 })).guest,
      })
    },
  })
  return { scope, guest }
}

function ownerOf(claims: VerifiedClaims, origin: string | undefined): ExportOwner {
  const { organizationId, environmentId, tenantId, subject, tokenId } = claims
  return {
    tenant: { organizationId, environmentId, tenantId },
    subject,
    tokenId,
    ...keptToken(claims),
    origin: origin ?? null,
  }
}

function hostContext(
  host: HostIdentity,
  { requestId, signal }: RequestFacts,
  {
    store,
    keyring,
    catalogues,
    warehouses,
    audit,
    revocations,
    limits,
    issuer,
    audience,
  }: ContextDependencies,
): HostContext {
  const identity = { organizationId: host.organizationId, environmentId: host.environmentId }
  const loaders = createLoaders(store, identity)
  return Object.freeze({
    mintGuestToken: async (input) => {
      const catalogue = await catalogues.get(identity)
      return mintGuestToken(host, input, { store, keyring, catalogue, issuer, audience, audit, requestId })
    },
    revokeGuestTokens: (input) => revokeGuestTokens(host, input, { store, revocations, audit, requestId }),
    explain: async (input) => {
      const catalogue = await catalogues.get(identity)
      return explain(host, input, {
        store,
        revocations,
        catalogue,
        warehouses,
        limits,
        issuer,
        audience,
        signal,
      })
    },
    applyModel: async (document, { dryRun }) => {
      requireScope(host, 'model:write')
      const change = await applyModel({ store, identity, warehouses, document, dryRun })
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
    signingKeys: () => listSigningKeys(host, store),
    rotateSigningKey: (input) => rotateSigningKey(host, input, { keyring, audit, requestId }),
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
      return listAuditEvents(store, identity, page, host.tenants)
    },
  } satisfies HostContext)
}
