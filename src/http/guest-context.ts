import pLimit from 'p-limit'
import type { VerifiedClaims } from '../access/claims.ts'
import type { EnvironmentOrigins } from '../access/environment-origins.ts'
import { type Permitted, permittedBy } from '../access/layers.ts'
import { checkOrigin } from '../access/origins.ts'
import type { Placing } from '../access/places/placing.ts'
import { begun, createMeter, freeOfCharge, type Meter } from '../access/rates/meter.ts'
import type { Rates } from '../access/rates/rates.ts'
import type { TokenEnds } from '../access/token-ends.ts'
import type { TokenUse } from '../access/token-limits.ts'
import { keptToken } from '../access/verify.ts'
import { adHocAnalytics } from '../analytics/ad-hoc.ts'
import {
  type Analytics,
  type AnalyticsDependencies,
  createAnalytics,
  type Used,
} from '../analytics/analytics.ts'
import { effectivePermissions } from '../analytics/effective-permissions.ts'
import type { InTurn } from '../analytics/turns.ts'
import { visibleCatalogue } from '../analytics/visible.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { listGuestAuditEvents } from '../audit/guest-events.ts'
import type { DataSources } from '../data-sources/data-sources.ts'
import { createExport, type ExportOwner } from '../exports/create.ts'
import type { ExportLinks } from '../exports/links.ts'
import type { Exporter } from '../exports/prepare.ts'
import type { AuditPage, GuestContext, RequestContext, UsageInput } from '../graphql/context.ts'
import type { ExportInput } from '../graphql/export-request.ts'
import { createLive, type LiveHub } from '../live/live.ts'
import type { CatalogueCache } from '../model/catalogue-cache.ts'
import type { Store } from '../store/store.ts'
import { guestUsage } from '../usage/read.ts'
import type { UsageLog } from '../usage/usage-log.ts'
import { type Limits, streamLimits } from '../warehouse/limits.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import { withoutRows } from '../warehouse/without-rows.ts'
import { type GuestLife, lifeOfRequest } from './guest-life.ts'
import type { RequestFacts } from './use-credential.ts'

export interface GuestDependencies {
  readonly store: Store
  readonly catalogues: CatalogueCache
  readonly dataSources: Pick<DataSources, 'of'>
  /** Where tenants are. */
  readonly placing: Placing
  readonly audit: AuditLog
  readonly usage: UsageLog
  readonly limits: Limits
  readonly questionsPerRequest: number
  readonly tokenUse: TokenUse
  readonly rates: Rates
  readonly origins: EnvironmentOrigins
  readonly tokenEnds: TokenEnds
  readonly exportLinks: ExportLinks
  readonly exportRowsMax: number
  readonly live: LiveHub
  /** Whether guests are told what the engine read. */
  readonly tellsCost: boolean
}

/**
 * @param exceeded aborts when the answer is too large for anything more to be asked for it
 * @throws UNAUTHENTICATED where the model has lost what the token names, ORIGIN_NOT_ALLOWED, RATE_LIMITED
 */
export async function guestContext(
  claims: VerifiedClaims,
  request: RequestFacts,
  exceeded: AbortSignal,
  dependencies: GuestDependencies,
): Promise<BoundGuest> {
  const life = lifeOfRequest(dependencies.tokenEnds, claims, { gone: request.signal, exceeded })
  const meterOf = async (permitted: Permitted) =>
    request.isCounted === true
      ? freeOfCharge
      : begun(createMeter(dependencies.rates.guest(permitted, request.address)))
  return boundGuest(claims, request, { life, meterOf }, dependencies)
}

export type BoundGuest = Pick<RequestContext, 'admit'> & { readonly guest: GuestContext }

/** How long a guest asks, and who pays for it. */
interface Asking {
  readonly life: GuestLife
  readonly meterOf: (permitted: Permitted) => Promise<Meter>
  /** The token's own turns, unless it is given. */
  readonly inTurn?: InTurn
}

/** The guest of these claims, as the model and the clock are now. */
async function boundGuest(
  claims: VerifiedClaims,
  request: RequestFacts,
  { life, meterOf, inTurn: givenTurns }: Asking,
  dependencies: GuestDependencies,
): Promise<BoundGuest> {
  const { catalogues, tokenUse, exportLinks: links, exportRowsMax, audit } = dependencies
  const { requestId, signal, origin, lastEventId } = request
  const { organizationId, environmentId } = claims
  const catalogue = await catalogues.get({ organizationId, environmentId })
  const permitted = permittedBy(claims, catalogue)
  // A request for what is in another region, or from another page, is one as well.
  const meter = await meterOf(permitted)
  const scope = permitted.at(dependencies.placing)
  checkOrigin(scope, origin, dependencies.origins.listOf(environmentId))
  const inTurn: InTurn = givenTurns ?? ((run) => tokenUse.inTurn(scope, run))
  const { tenantId, subject, role, expiresAt } = scope
  const visible = visibleCatalogue(scope, catalogue)
  const usedBy = { organizationId, environmentId, tenantId }
  const onUse = (used: Used) => dependencies.usage.add(usedBy, used)
  const analyticsOver = (warehouses: Warehouses, uses: Pick<AnalyticsDependencies, 'onUse'>) =>
    createAnalytics(scope, {
      ...uses,
      catalogue,
      warehouses,
      limits: dependencies.limits,
      streamLimits: streamLimits(exportRowsMax),
      questionsPerRequest: dependencies.questionsPerRequest,
      tellsCost: dependencies.tellsCost,
      now: Date.now() * 1000,
      // Made when the first question is asked.
      get signal() {
        return life.asking()
      },
      inTurn,
      pay: meter.question,
    })
  const { adHoc: mayAsk, export: mayExport, drillDown: mayDrillDown } = scope.permissions
  const exporterOver = (stored: Analytics): Exporter => ({
    analytics: adHocAnalytics(scope, stored),
    stored,
    catalogue: visible,
    mayAsk,
    mayExport,
  })
  const exporter = exporterOver(
    analyticsOver(dependencies.dataSources.of({ organizationId, environmentId }, catalogue), { onUse }),
  )
  const guest: GuestContext = Object.freeze({
    viewer: Object.freeze({
      tenantId,
      subject,
      role,
      expiresAt,
      permissions: () => effectivePermissions(scope, catalogue, visible),
    }),
    modelVersion: catalogue.version,
    ...exporter,
    mayDrillDown,
    createExport: async (input: ExportInput) => {
      const rehearsal = exporterOver(analyticsOver(withoutRows, {}))
      const owner = ownerOf(claims, origin)
      const link = await createExport(exporter, owner, input, {
        links,
        audit,
        rowsMax: exportRowsMax,
        requestId,
        rehearsal,
      })
      dependencies.usage.add(usedBy, { exports: 1 })
      return link
    },
    usage: (input: UsageInput) => tokenUse.inTurn(scope, () => guestUsage(scope, input, dependencies)),
    auditEvents: (page: AuditPage) =>
      tokenUse.inTurn(scope, () => listGuestAuditEvents(dependencies.store, scope, page)),
    get ended() {
      return life.ended()
    },
    get live() {
      const ended = life.ended()
      // A policy may change what the token may ask at a time.
      let latest: Permitted = permitted
      const later = async (until: AbortSignal, terms: GuestDependencies) => {
        const meterOf = async (watching: Permitted) => {
          latest = watching
          return createMeter(terms.rates.live(watching))
        }
        // In a turn already, which is one for all of its statements.
        const asking = { life: { ended: () => ended, asking: () => until }, meterOf, inTurn: pLimit(1) }
        return (await boundGuest(claims, request, asking, terms)).guest
      }
      return createLive(dependencies.live, {
        claims,
        placed: { place: scope.place, region: scope.region, attributeReadings: scope.attributeReadings },
        rate: dependencies.rates.ofToken(scope),
        turns: {
          isFree: () => tokenUse.isFree(latest),
          inTurn: (run) => tokenUse.inTurn(latest, run),
        },
        lastEventId,
        gone: signal,
        ended,
        bind: (until) => later(until, dependencies),
        bindToTell: () => later(signal, { ...dependencies, questionsPerRequest: 0 }),
      })
    },
  })
  return { admit: meter.admit, guest }
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
