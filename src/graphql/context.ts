import type { Grain, LockedFilter } from '../access/grants.ts'
import type { SigningAlgorithm } from '../access/payload.ts'
import type { Analytics } from '../analytics/analytics.ts'
import type { EffectivePermissions } from '../analytics/effective-permissions.ts'
import type { VisibleCatalogue } from '../analytics/visible.ts'
import type { AnswerSize } from './answer-size.ts'
import type { ExplainInput, Explanation } from './explanation.ts'
import type { ExportInput, ExportLink } from './export-request.ts'
import type { Live } from './live.ts'

/**
 * All that a resolver can reach. Everything in it is bound to the verified credential: there is no parameter
 * through which a tenant or an environment could be passed, and no client, header or request to reach past it.
 */
export interface RequestContext {
  readonly requestId: string
  readonly answerSize: AnswerSize
  /** Null where the credential is no guest token. */
  readonly guest: GuestContext | null
  /** Null where the credential is no API key. */
  readonly host: HostContext | null
  /**
   * Pays for the operation as it is written, as so many requests; more may be asked later and paid for then.
   * @throws RATE_LIMITED
   */
  readonly admit: (points: number) => Promise<void>
  /** Of any credential, for the refresh tokens that it reaches. */
  readonly refreshGuestToken: (refreshToken: string) => Promise<MintedGuestToken>
}

export interface GuestContext {
  readonly viewer: Viewer
  /** Of the model that it is bound under. */
  readonly modelVersion: number
  readonly catalogue: VisibleCatalogue
  /** The guest's own questions, where the token grants them. */
  readonly analytics: Analytics
  /** Questions that the model holds: those of widgets and of the dashboards' filters. */
  readonly stored: Analytics
  /** Whether the token grants questions of the guest's own. */
  readonly mayAsk: boolean
  readonly mayDrillDown: boolean
  readonly mayExport: boolean
  /** A file of what the guest may see, to be fetched by whoever has its link. */
  readonly createExport: (input: ExportInput) => Promise<ExportLink>
  /**
   * Aborts when the token ends, with the refusal as its reason: for whatever goes on longer than one answer. Nothing
   * waits for it until it is asked for, nor once the request is over.
   */
  readonly ended: AbortSignal
  readonly live: Live
  /** What happened in the tenant, where a role or policy grants it. One more than the page holds where there are more. */
  readonly auditEvents: (page: AuditPage) => Promise<readonly AuditEventRecord[]>
  /** What was asked for the tenant, where a role or policy grants it. */
  readonly usage: (input: UsageInput) => Promise<readonly UsageRecord[]>
}

export interface Viewer {
  readonly tenantId: string
  readonly subject: string | null
  readonly role: string | null
  readonly expiresAt: Date
  readonly permissions: () => EffectivePermissions
}

/** What an API key may do in its own environment; each function checks the key's scope itself. */
export interface HostContext {
  readonly mintGuestToken: (input: GuestTokenInput) => Promise<MintedGuestToken>
  /** How many tokens that were minted here end by it. */
  readonly revokeGuestTokens: (input: RevokeTokensInput) => Promise<number>
  /** Why a token's question is answered as it is. */
  readonly explain: (input: ExplainInput) => Promise<Explanation>
  readonly applyModel: (document: unknown, options: { dryRun: boolean }) => Promise<ModelChange>
  readonly exportModel: () => Promise<Readonly<Record<string, unknown>>>
  /** Null where the environment has no list. */
  readonly allowedOrigins: () => Promise<readonly string[] | null>
  readonly setAllowedOrigins: (origins: Optional<readonly string[]>) => Promise<readonly string[] | null>
  readonly signingKeys: () => Promise<readonly SigningKeyRecord[]>
  readonly rotateSigningKey: (input: RotateSigningKeyInput) => Promise<SigningKeyRecord>
  readonly tokenIssuers: () => Promise<readonly TokenIssuerRecord[]>
  readonly registerTokenIssuer: (input: TokenIssuerInput) => Promise<TokenIssuerRecord>
  readonly removeTokenIssuer: (id: string) => Promise<TokenIssuerRecord>
  readonly dataSourceSecrets: () => Promise<readonly DataSourceSecretRecord[]>
  readonly setDataSourceSecret: (input: {
    readonly name: string
    readonly value: string
  }) => Promise<DataSourceSecretRecord>
  readonly deleteDataSourceSecret: (name: string) => Promise<DataSourceSecretRecord>
  readonly usage: (input: UsageInput) => Promise<readonly UsageRecord[]>
  readonly upsertTenant: (input: TenantInput) => Promise<TenantRecord>
  readonly eraseTenant: (tenantId: string) => Promise<ErasedTenantRecord>
  /** One more than the page holds where there are more. */
  readonly tenants: (page: TenantPage) => Promise<readonly TenantRecord[]>
  readonly apiKeys: () => Promise<readonly ApiKeyRecord[]>
  readonly createApiKey: (input: ApiKeyInput) => Promise<CreatedApiKey>
  readonly rotateApiKey: (id: string, options: { graceSeconds: number }) => Promise<CreatedApiKey>
  readonly revokeApiKey: (id: string, options: { endTokens: boolean }) => Promise<ApiKeyRecord>
  /** One of the environment's keys, as far as this one may know it; those that a request asks for are read together. */
  readonly usedApiKey: (id: string) => Promise<UsedApiKey | null>
  /** One more than the page holds where there are more. */
  readonly auditEvents: (page: AuditPage) => Promise<readonly AuditEventRecord[]>
}

/** The contract's UsageInput. */
export interface UsageInput {
  readonly start: string
  readonly stop: string
  readonly tenantId?: Optional<string>
}

export interface UsageRecord {
  readonly tenantId: string
  /** Of UTC: `2001-01-31`. */
  readonly day: string
  readonly questions: number
  /** Null where it is not told. */
  readonly rowsRead: number | null
  readonly bytesRead: number | null
  readonly durationMs: number
  readonly exports: number
  readonly tokensMinted: number
}

export interface TenantPage {
  readonly first: number
  /** The id that it comes after. */
  readonly after: string | null
}

/** The contract's TenantInput: what is left out stays, null is taken away. */
export interface TenantInput {
  readonly tenantId: string
  readonly title?: Optional<string>
  readonly dataSource?: Optional<string>
  readonly database?: Optional<string>
  readonly schema?: Optional<string>
  readonly region?: Optional<string>
  readonly attributes?: Optional<Readonly<Record<string, unknown>>>
}

export interface TenantRecord {
  readonly tenantId: string
  readonly title: string | null
  readonly dataSource: string | null
  readonly database: string | null
  readonly schema: string | null
  readonly region: string | null
  readonly attributes: ReadonlyMap<string, unknown>
  readonly createdAt: Date
  readonly erasedAt: Date | null
  readonly erasedBy: string | null
  /** Whether it was told of again since. */
  readonly isBack: boolean
}

export interface ErasedTenantRecord {
  readonly tenantId: string
  readonly erasedAt: Date
  readonly erasedBy: string
  readonly tokens: number
  readonly dashboards: number
  readonly auditEvents: number
}

/** Without its value. */
export interface DataSourceSecretRecord {
  readonly name: string
  readonly setAt: Date
}

export interface SigningKeyRecord {
  /** The `kid` of its tokens. */
  readonly id: string
  readonly algorithm: SigningAlgorithm
  readonly createdAt: Date
  /** From then on it signs nothing. */
  readonly retiredAt: Date | null
  /** From then on it verifies nothing. */
  readonly expiresAt: Date | null
  /** Null of a symmetric key. */
  readonly publicKey: Readonly<Record<string, string>> | null
}

export interface RotateSigningKeyInput {
  readonly graceSeconds?: Optional<number>
  readonly algorithm?: Optional<SigningAlgorithm>
  readonly hmacSecret?: Optional<string>
}

/** The contract's TokenIssuerInput. */
export interface TokenIssuerInput {
  readonly issuer: string
  readonly jwksUrl?: Optional<string>
  readonly publicKeys?: Optional<readonly Readonly<Record<string, unknown>>[]>
  readonly algorithms?: Optional<readonly SigningAlgorithm[]>
  readonly audience?: Optional<string>
}

export interface TokenIssuerRecord {
  readonly id: string
  readonly organizationId: string
  readonly environmentId: string
  readonly issuer: string
  /** What `aud` has to say. */
  readonly audience: string
  readonly algorithms: readonly SigningAlgorithm[]
  /** Null where the keys were given. */
  readonly jwksUrl: string | null
  readonly publicKeys: readonly Readonly<Record<string, unknown>>[] | null
  readonly createdAt: Date
}

export interface ApiKeyRecord {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly string[]
  /** Null for any. */
  readonly tenants: readonly string[] | null
  /** Null for any. */
  readonly networks: readonly string[] | null
  readonly rotatedFrom: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

/** An API key as the audit names it. */
export interface UsedApiKey {
  readonly id: string
  readonly prefix: string
  /** Null where the credential may not list it. */
  readonly record: ApiKeyRecord | null
}

/** The contract's CreateApiKeyInput. */
export interface ApiKeyInput {
  readonly name: string
  readonly scopes: readonly string[]
  readonly tenants?: Optional<readonly string[]>
  readonly networks?: Optional<readonly string[]>
  readonly expiresAt?: Optional<string>
}

export interface CreatedApiKey {
  readonly apiKey: ApiKeyRecord
  /** The key itself, to be shown this once. */
  readonly secret: string
}

export interface AuditPage {
  readonly first: number
  readonly after: { readonly at: Date; readonly id: string } | null
  readonly filter: AuditFilter
}

/** All that is given must hold. */
export interface AuditFilter {
  readonly kinds?: readonly string[]
  readonly outcomes?: readonly string[]
  readonly reasons?: readonly string[]
  readonly tenantId?: string
  readonly subject?: string
  readonly apiKeyId?: string
  readonly tokenId?: string
  readonly requestId?: string
  readonly address?: string
  readonly from?: Date
  /** Exclusive. */
  readonly to?: Date
}

export interface AuditEventRecord {
  readonly id: string
  readonly at: Date
  readonly kind: string
  readonly outcome: string
  readonly reason: string | null
  readonly tenantId: string | null
  readonly subject: string | null
  readonly apiKeyId: string | null
  readonly tokenId: string | null
  readonly requestId: string | null
  readonly address: string | null
  /** How many it stands for. */
  readonly count: number
  readonly detail: Readonly<Record<string, unknown>>
}

type Optional<T> = T | null | undefined

/** The contract's CreateGuestTokenInput. */
export interface GuestTokenInput {
  readonly tenantId: string
  readonly subject?: Optional<string>
  readonly role?: Optional<string>
  readonly policy?: Optional<string>
  readonly attributes?: Optional<Readonly<Record<string, unknown>>>
  readonly dashboards?: Optional<readonly string[]>
  readonly widgets?: Optional<readonly string[]>
  readonly hiddenWidgets?: Optional<readonly string[]>
  readonly datasets?: Optional<readonly string[]>
  readonly allowedDimensions?: Optional<readonly string[]>
  readonly lockedFilters?: Optional<readonly LockedFilter[]>
  readonly allowedPeriods?: Optional<readonly string[]>
  readonly timeZones?: Optional<readonly string[]>
  readonly minGranularity?: Optional<Grain>
  readonly maxDateRangeDays?: Optional<number>
  readonly earliest?: Optional<string>
  readonly allowDrillDown?: Optional<boolean>
  readonly allowExport?: Optional<boolean>
  readonly allowAdHoc?: Optional<boolean>
  readonly origins?: Optional<readonly string[]>
  readonly limits?: Optional<{
    readonly requestsPerMinute?: Optional<number>
    readonly concurrentQueries?: Optional<number>
  }>
  readonly expiresInSeconds?: Optional<number>
  readonly withRefreshToken?: Optional<boolean>
  readonly refreshExpiresInSeconds?: Optional<number>
}

/** The contract's RevokeGuestTokensInput: one of the three. */
export interface RevokeTokensInput {
  readonly id?: Optional<string>
  readonly subject?: Optional<{ readonly tenantId: string; readonly subject: string }>
  readonly tenantId?: Optional<string>
}

export interface MintedGuestToken {
  readonly token: string
  readonly id: string
  readonly expiresAt: Date
  readonly refreshToken: string | null
  readonly refreshExpiresAt: Date | null
}

export interface ModelChange {
  /** The version that is now in force; the version it would become with a dry run. */
  readonly version: number
  readonly dryRun: boolean
  readonly changes: readonly ModelChangeEntry[]
}

export interface ModelChangeEntry {
  readonly action: 'ADDED' | 'CHANGED' | 'REMOVED'
  /** `dataset`, `metric`, `dashboard`, `widget`, … */
  readonly kind: string
  readonly name: string
}
