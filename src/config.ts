import type { KeyObject } from 'node:crypto'
import type { Network } from './access/networks.ts'
import type { RateSettings } from './access/rates/rates.ts'
import type { AlertSettings } from './audit/alerts/open.ts'
import { auditSettings } from './config/audit-settings.ts'
import { credentialSettings } from './config/credential-settings.ts'
import { dataSourceSettings } from './config/data-source-settings.ts'
import { limitSettings } from './config/limit-settings.ts'
import { processSettings } from './config/process-settings.ts'
import { regionSettings } from './config/region-settings.ts'
import { serverSettings } from './config/server-settings.ts'
import type { Setting } from './config/setting.ts'
import type { DataSourceSettings } from './data-sources/data-sources.ts'
import { type ModelVariables, modelVariables } from './data-sources/kept-values.ts'
import type { ProxyTrust } from './http/client-address.ts'
import type { LiveLimits } from './live/limits.ts'

/** Every variable of the environment that is read, in the order of docs/settings.md. */
export const settings = {
  ...serverSettings,
  ...dataSourceSettings,
  ...credentialSettings,
  ...limitSettings,
  ...auditSettings,
  ...regionSettings,
  ...processSettings,
} as const

export interface Config {
  readonly port: number
  readonly host: string
  /** An absolute path. */
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  readonly clickhouseUrls: readonly string[] | undefined
  readonly dataSources: DataSourceSettings & { readonly variables: ModelVariables }
  readonly region: { readonly own: string | null; readonly urls: ReadonlyMap<string, string> }
  readonly bootstrapApiKey: string | undefined
  readonly encryptionKey: KeyObject | undefined
  readonly previousEncryptionKey: KeyObject | undefined
  readonly issuer: string
  readonly audience: string
  /** Beside public ones, for key sets of token issuers. */
  readonly jwksNetworks: readonly Network[]
  readonly storeOutageSeconds: number
  readonly allowedOrigins: readonly string[]
  readonly exportRowsMax: number
  readonly answerBytesMax: number
  readonly unsentBytesMax: number
  readonly live: LiveLimits
  readonly rates: RateSettings
  readonly proxyTrust: ProxyTrust
  readonly auditRetentionDays: number
  readonly alerts: AlertSettings
  readonly logLevel: string
  readonly production: boolean
}

/** The environment as it was given is wrong; the message names each wrong variable and shows no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['The configuration is wrong.', ...problems].join('\n  '))
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads every setting, once. An empty variable is an unset one.
 * @throws ConfigError with all that is wrong
 */
export function readConfig(environment: Environment): Config {
  const problems: string[] = []

  function read<T>(name: keyof typeof settings, { schema, secret, expected, ...rest }: Setting<T>) {
    const text = environment[name] || rest.default
    if (text === undefined) return undefined
    const parsed = schema.safeParse(text)
    if (parsed.success) return parsed.data
    const given = secret === true ? '' : `, not ${JSON.stringify(text.slice(0, 100))}`
    problems.push(`${name}: expected ${expected}${given}.`)
    return undefined
  }

  /** What has a default is undefined only where it is wrong, and then nothing is returned. */
  const config = {
    port: read('PORT', settings.PORT) ?? 0,
    host: read('HOST', settings.HOST) ?? '',
    dataFolder: read('DATA_DIR', settings.DATA_DIR) ?? '',
    databaseUrl: read('DATABASE_URL', settings.DATABASE_URL),
    clickhouseUrls: read('CLICKHOUSE_URL', settings.CLICKHOUSE_URL),
    dataSources: Object.freeze({
      variables: modelVariables(
        environment,
        read('TESSERA_DATA_SOURCE_VARIABLES', settings.TESSERA_DATA_SOURCE_VARIABLES) ?? [],
      ),
      networks: read('TESSERA_DATA_SOURCE_NETWORKS', settings.TESSERA_DATA_SOURCE_NETWORKS) ?? null,
      openMax: read('TESSERA_DATA_SOURCES_MAX', settings.TESSERA_DATA_SOURCES_MAX) ?? 0,
      connections: read('TESSERA_DATA_SOURCE_CONNECTIONS', settings.TESSERA_DATA_SOURCE_CONNECTIONS) ?? 0,
    }),
    region: Object.freeze({
      own: read('TESSERA_REGION', settings.TESSERA_REGION) ?? null,
      urls: read('TESSERA_REGION_URLS', settings.TESSERA_REGION_URLS) ?? new Map<string, string>(),
    }),
    bootstrapApiKey: read('TESSERA_BOOTSTRAP_API_KEY', settings.TESSERA_BOOTSTRAP_API_KEY),
    encryptionKey: read('TESSERA_ENCRYPTION_KEY', settings.TESSERA_ENCRYPTION_KEY),
    previousEncryptionKey: read('TESSERA_ENCRYPTION_KEY_PREVIOUS', settings.TESSERA_ENCRYPTION_KEY_PREVIOUS),
    issuer: read('TESSERA_ISSUER', settings.TESSERA_ISSUER) ?? '',
    audience: read('TESSERA_AUDIENCE', settings.TESSERA_AUDIENCE) ?? '',
    jwksNetworks: read('TESSERA_JWKS_NETWORKS', settings.TESSERA_JWKS_NETWORKS) ?? [],
    storeOutageSeconds: read('TESSERA_STORE_OUTAGE_SECONDS', settings.TESSERA_STORE_OUTAGE_SECONDS) ?? 0,
    allowedOrigins: read('TESSERA_ALLOWED_ORIGINS', settings.TESSERA_ALLOWED_ORIGINS) ?? [],
    exportRowsMax: read('TESSERA_EXPORT_MAX_ROWS', settings.TESSERA_EXPORT_MAX_ROWS) ?? 0,
    answerBytesMax: read('TESSERA_ANSWER_MAX_BYTES', settings.TESSERA_ANSWER_MAX_BYTES) ?? 0,
    unsentBytesMax: read('TESSERA_UNSENT_MAX_BYTES', settings.TESSERA_UNSENT_MAX_BYTES) ?? 0,
    live: Object.freeze({
      streamsPerToken: read('TESSERA_LIVE_PER_TOKEN', settings.TESSERA_LIVE_PER_TOKEN) ?? 0,
      streamsPerTenant: read('TESSERA_LIVE_PER_TENANT', settings.TESSERA_LIVE_PER_TENANT) ?? 0,
      questionsPerTenant:
        read('TESSERA_LIVE_QUESTIONS_PER_TENANT', settings.TESSERA_LIVE_QUESTIONS_PER_TENANT) ?? 0,
    }),
    rates: Object.freeze({
      perToken: read('TESSERA_RATE_PER_TOKEN', settings.TESSERA_RATE_PER_TOKEN) ?? 0,
      perTenant: read('TESSERA_RATE_PER_TENANT', settings.TESSERA_RATE_PER_TENANT) ?? 0,
      perApiKey: read('TESSERA_RATE_PER_API_KEY', settings.TESSERA_RATE_PER_API_KEY) ?? 0,
      perAddress: read('TESSERA_RATE_PER_ADDRESS', settings.TESSERA_RATE_PER_ADDRESS) ?? 0,
      mintedPerApiKey: read('TESSERA_MINT_RATE_PER_API_KEY', settings.TESSERA_MINT_RATE_PER_API_KEY) ?? 0,
      mintedPerTenant: read('TESSERA_MINT_RATE_PER_TENANT', settings.TESSERA_MINT_RATE_PER_TENANT) ?? 0,
      refusedPerAddress:
        read('TESSERA_REFUSED_RATE_PER_ADDRESS', settings.TESSERA_REFUSED_RATE_PER_ADDRESS) ?? 0,
    }),
    proxyTrust: Object.freeze({
      proxies: read('TESSERA_TRUSTED_PROXIES', settings.TESSERA_TRUSTED_PROXIES) ?? [],
      header: read('TESSERA_FORWARDED_HEADER', settings.TESSERA_FORWARDED_HEADER) ?? 'x-forwarded-for',
    }),
    auditRetentionDays: read('TESSERA_AUDIT_RETENTION_DAYS', settings.TESSERA_AUDIT_RETENTION_DAYS) ?? 0,
    alerts: Object.freeze({
      thresholds: Object.freeze({
        refusalsPerMinute: read('TESSERA_ALERT_REFUSALS', settings.TESSERA_ALERT_REFUSALS) ?? 0,
        networksPerHour: read('TESSERA_ALERT_NETWORKS', settings.TESSERA_ALERT_NETWORKS) ?? 0,
        tokenSeconds: read('TESSERA_ALERT_TOKEN_SECONDS', settings.TESSERA_ALERT_TOKEN_SECONDS) ?? 0,
      }),
      url: read('TESSERA_ALERT_WEBHOOK_URL', settings.TESSERA_ALERT_WEBHOOK_URL),
      secret: read('TESSERA_ALERT_WEBHOOK_SECRET', settings.TESSERA_ALERT_WEBHOOK_SECRET),
      allowedNetworks: read('TESSERA_ALERT_WEBHOOK_NETWORKS', settings.TESSERA_ALERT_WEBHOOK_NETWORKS) ?? [],
    }),
    logLevel: read('LOG_LEVEL', settings.LOG_LEVEL) ?? '',
    production: read('NODE_ENV', settings.NODE_ENV) === 'production',
  }
  if (config.alerts.url !== undefined && config.alerts.secret === undefined) {
    problems.push(`TESSERA_ALERT_WEBHOOK_SECRET: expected ${settings.TESSERA_ALERT_WEBHOOK_SECRET.expected}.`)
  }
  if (problems.length > 0) throw new ConfigError([...new Set(problems)])
  return Object.freeze(config)
}
