import type { KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { apiKeyForm, isApiKey } from './access/api-keys.ts'
import { encryptionKeyForm, parseEncryptionKey } from './access/encryption.ts'
import { hmacSecretForm, parseHmacSecret } from './access/hmac-secret.ts'
import { type Network, parseNetwork } from './access/networks.ts'
import { isOriginEntry } from './access/origins.ts'
import type { RateSettings } from './access/rates/rates.ts'
import type { AlertSettings } from './audit/alerts/open.ts'
import { forwardedHeaders, type ProxyTrust } from './http/client-address.ts'
import type { LiveLimits } from './live/limits.ts'

/** One variable of the environment. The table below is also the documented list, docs/settings.md. */
interface Setting<T> {
  /** Of the text, never undefined: what is unset has the default or is undefined. */
  readonly schema: z.ZodType<T, string>
  readonly default?: string
  /** What would be right, in words. */
  readonly expected: string
  readonly about: string
  /** Then no message shows what was given. */
  readonly secret?: true
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const encryptionKeySchema = z.string().transform((text, context): KeyObject => {
  const key = parseEncryptionKey(text)
  if (key !== null) return key
  context.addIssue('not a key')
  return z.NEVER
})

const countSchema = z
  .string()
  .regex(/^\d{1,7}$/)
  .transform(Number)
const countForm = 'a whole number from 0 to 9999999'
const rateSchema = z
  .string()
  .regex(/^[1-9]\d{0,6}$/)
  .transform(Number)
const rateForm = 'a whole number from 1 to 9999999'

const networksSchema = z.string().transform(parseNetworks)
const networksForm = 'address ranges between commas, such as 10.0.0.0/8, or single addresses'

export const settings = {
  PORT: setting({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((port) => port <= 65_535),
    default: '4000',
    expected: 'a whole number from 0 to 65535, where 0 takes a free one',
    about: 'The port that the server listens on.',
  }),
  HOST: setting({
    schema: z
      .string()
      .refine((host) => isIP(host) !== 0 || /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(host)),
    default: '127.0.0.1',
    expected: 'an IP address or a host name, such as 127.0.0.1, or 0.0.0.0 for every interface',
    about: 'The address that the server listens on. By default it can be reached from this machine alone.',
  }),
  DATA_DIR: setting({
    schema: z
      .string()
      .refine((path) => !path.includes('\0'))
      .transform((path) => resolve(path)),
    default: './data',
    expected: 'the path of a folder that can be written to',
    about: 'Where the embedded store and warehouse keep their files, and what the process made for itself.',
  }),
  DATABASE_URL: setting({
    schema: z.string().refine((text) => isUrl(text, ['postgres:', 'postgresql:'])),
    expected: 'postgresql://user:password@host:5432/database',
    about: 'The PostgreSQL that everything but the figures is kept in. Without it: PGlite, in DATA_DIR.',
    secret: true,
  }),
  CLICKHOUSE_URL: setting({
    schema: z.string().refine((text) => isUrl(text, ['http:', 'https:'])),
    expected: 'http://user:password@host:8123 or the same with https',
    about: 'The ClickHouse server that has the rows. Without it: chDB inside the process, in DATA_DIR.',
    secret: true,
  }),
  TESSERA_BOOTSTRAP_API_KEY: setting({
    schema: z.string().refine(isApiKey),
    expected: apiKeyForm,
    about:
      'Fixes the first admin API key, so that scripts can use it. Without it one is made and shown once.',
    secret: true,
  }),
  TESSERA_ENCRYPTION_KEY: setting({
    schema: encryptionKeySchema,
    expected: encryptionKeyForm,
    about:
      'Encrypts the signing keys in the store. Production does not start without it; otherwise one is made and kept in DATA_DIR.',
    secret: true,
  }),
  TESSERA_ENCRYPTION_KEY_PREVIOUS: setting({
    schema: encryptionKeySchema,
    expected: encryptionKeyForm,
    about:
      'The encryption key before TESSERA_ENCRYPTION_KEY: what was encrypted with it can still be read. `tessera rekey` encrypts all of it anew; then this is no longer needed.',
    secret: true,
  }),
  TESSERA_ISSUER: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,200}$/),
    default: 'tessera',
    expected: '1 to 200 visible ASCII characters',
    about: 'What `iss` says in guest tokens, and has to say.',
  }),
  TESSERA_AUDIENCE: setting({
    schema: z.string().regex(/^[\x21-\x7e]{1,200}$/),
    default: 'tessera',
    expected: '1 to 200 visible ASCII characters',
    about: 'What `aud` says in guest tokens, and has to say.',
  }),
  TESSERA_JWKS_NETWORKS: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'The networks inside which the key sets of token issuers may be fetched, and over plain http as well. Without it only public addresses are called, over https.',
  }),
  TESSERA_STORE_OUTAGE_SECONDS: setting({
    schema: z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number)
      .refine((seconds) => seconds >= 2 && seconds <= 3_600),
    default: '60',
    expected: 'a whole number from 2 to 3600',
    about:
      'For how long guests are served while the store can’t be reached, and with it no news of what was revoked. After that they get STORE_UNAVAILABLE until it answers.',
  }),
  TESSERA_ALLOWED_ORIGINS: setting({
    schema: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim()))
      .refine((origins) => origins.every((origin) => origin === '*' || isOriginEntry(origin)))
      .transform((origins): readonly string[] => Object.freeze(origins)),
    expected:
      'origins between commas, such as https://app.example.com or https://*.example.com, or * for any',
    about:
      'The origins whose pages may call /graphql from a browser (CORS). Without it none but the server’s own and those that environments list (`setAllowedOrigins`). Cookies are never used, so that `*` opens nothing to who has no token.',
  }),
  TESSERA_EXPORT_MAX_ROWS: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .transform(Number),
    default: '1000000',
    expected: 'a whole number from 1 to 999999999',
    about:
      'How many rows one exported file may have. An export of more is refused, never cut; a workbook (XLSX) has at most 1,048,575.',
  }),
  TESSERA_ANSWER_MAX_BYTES: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{3,8}$/)
      .transform(Number),
    default: '20000000',
    expected: 'a whole number from 1000 to 999999999',
    about:
      'How large one answer may be, about, in all of its parts; each event of a subscription is one. A larger one is refused with QUERY_TOO_LARGE, never cut. Exported files have no such bound.',
  }),
  TESSERA_UNSENT_MAX_BYTES: setting({
    schema: z
      .string()
      .regex(/^[1-9]\d{6,11}$/)
      .transform(Number),
    default: '200000000',
    expected: 'a whole number from 1000000 to 999999999999',
    about:
      'How many bytes of answers may wait in memory for their readers, all together, on each server. Beyond that the connections of those who take nothing are ended, first those of the tenant for whom most waits.',
  }),
  TESSERA_LIVE_PER_TOKEN: setting({
    schema: countSchema,
    default: '20',
    expected: countForm,
    about: 'How many subscriptions one guest token may have at a time. A page needs one for a dashboard.',
  }),
  TESSERA_LIVE_PER_TENANT: setting({
    schema: countSchema,
    default: '5000',
    expected: countForm,
    about: 'How many subscriptions all tokens of one tenant may have at a time, on each server.',
  }),
  TESSERA_LIVE_QUESTIONS_PER_TENANT: setting({
    schema: countSchema,
    default: '1000',
    expected: countForm,
    about:
      'How many different questions one tenant’s subscriptions may poll at a time, on each server. Those of tokens that see the same are one, however many watch it.',
  }),
  TESSERA_RATE_PER_TOKEN: setting({
    schema: rateSchema,
    default: '6000',
    expected: rateForm,
    about:
      'How many requests one guest token may send in a minute, where neither it nor its policy nor its role says how many. An operation counts as many as it asks questions and has fields at its root. Its open subscriptions together may ask again as often.',
  }),
  TESSERA_RATE_PER_TENANT: setting({
    schema: rateSchema,
    default: '60000',
    expected: rateForm,
    about: 'The same of all tokens of one tenant together, with what their subscriptions ask.',
  }),
  TESSERA_RATE_PER_API_KEY: setting({
    schema: rateSchema,
    default: '60000',
    expected: rateForm,
    about: 'The same of one API key.',
  }),
  TESSERA_RATE_PER_ADDRESS: setting({
    schema: rateSchema,
    default: '120000',
    expected: rateForm,
    about:
      'The same of all accepted credentials that come from one address, or from one /64 of IPv6. Behind proxies set TESSERA_TRUSTED_PROXIES: their address would be everybody’s.',
  }),
  TESSERA_MINT_RATE_PER_API_KEY: setting({
    schema: rateSchema,
    default: '6000',
    expected: rateForm,
    about: 'How many guest tokens may be minted with one API key in a minute.',
  }),
  TESSERA_MINT_RATE_PER_TENANT: setting({
    schema: rateSchema,
    default: '3000',
    expected: rateForm,
    about: 'How many guest tokens may be minted for one tenant in a minute.',
  }),
  TESSERA_REFUSED_RATE_PER_ADDRESS: setting({
    schema: rateSchema,
    default: '300',
    expected: rateForm,
    about:
      'After how many refused credentials in a minute those that come from the same address take turns, and are audited by their number. Credentials that were accepted before pass by.',
  }),
  TESSERA_TRUSTED_PROXIES: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'The proxies in front of the server. Where a request comes from one of them, its address is the right-most in TESSERA_FORWARDED_HEADER that is none of them; otherwise, and without this, it is that of the connection. API keys may be bound to addresses, and the audit names them.',
  }),
  TESSERA_FORWARDED_HEADER: setting({
    schema: z.enum(forwardedHeaders),
    default: 'x-forwarded-for',
    expected: `${forwardedHeaders.join(' or ')}`,
    about:
      'The header that TESSERA_TRUSTED_PROXIES write addresses to. The other one is not read: a client could have written it.',
  }),
  TESSERA_AUDIT_RETENTION_DAYS: setting({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((days) => days >= 7),
    default: '400',
    expected: 'a whole number from 7 to 99999',
    about:
      'For how many days audit events are kept. Older ones are removed; nothing else removes or changes one.',
  }),
  TESSERA_ALERT_REFUSALS: setting({
    schema: countSchema,
    default: '100',
    expected: countForm,
    about:
      'An alert where so many requests are refused within a minute from one address or with one API key. 0 for none.',
  }),
  TESSERA_ALERT_NETWORKS: setting({
    schema: z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number),
    default: '5',
    expected: 'a whole number from 0 to 99',
    about: 'An alert where one viewer comes from so many networks within an hour. 0 for none.',
  }),
  TESSERA_ALERT_TOKEN_SECONDS: setting({
    schema: countSchema,
    default: '43200',
    expected: countForm,
    about: 'An alert where a guest token is minted for longer than that. 0 for none.',
  }),
  TESSERA_ALERT_WEBHOOK_URL: setting({
    schema: z.string().refine((text) => isUrl(text, ['http:', 'https:'])),
    expected: 'https://hooks.example.com/tessera',
    about:
      'Where alerts are sent, beside the log, as signed messages (docs/alerts.md). https and a public address, unless TESSERA_ALERT_WEBHOOK_NETWORKS has it.',
    secret: true,
  }),
  TESSERA_ALERT_WEBHOOK_SECRET: setting({
    schema: z.string().transform((text, context): Buffer => {
      const secret = parseHmacSecret(text.replace(/^whsec_/, ''))
      if (secret !== null) return secret
      context.addIssue('not a secret')
      return z.NEVER
    }),
    expected: `${hmacSecretForm}; \`whsec_\` may stand before it`,
    about: 'What alerts are signed with. TESSERA_ALERT_WEBHOOK_URL needs it.',
    secret: true,
  }),
  TESSERA_ALERT_WEBHOOK_NETWORKS: setting({
    schema: networksSchema,
    expected: networksForm,
    about:
      'Networks that alerts may be sent to although they are not public, such as that of a receiver next door; over plain http as well.',
  }),
  LOG_LEVEL: setting({
    schema: z.enum(logLevels),
    default: 'info',
    expected: `one of ${logLevels.join(', ')}`,
    about:
      'How much is logged, as JSON lines on standard error. The demo logs from `warn` on unless told otherwise.',
  }),
  NODE_ENV: setting({
    schema: z.string(),
    expected: 'any text',
    about:
      '`production` takes away GraphiQL, introspection and field suggestions, and asks for TESSERA_ENCRYPTION_KEY.',
  }),
} as const

export interface Config {
  readonly port: number
  readonly host: string
  /** An absolute path. */
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  readonly clickhouseUrl: string | undefined
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
    clickhouseUrl: read('CLICKHOUSE_URL', settings.CLICKHOUSE_URL),
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

/** Keeps each entry's own type. */
function setting<T>(entry: Setting<T>): Setting<T> {
  return Object.freeze(entry)
}

function parseNetworks(text: string, context: z.RefinementCtx): readonly Network[] {
  const networks = text.split(',').map((part) => parseNetwork(part.trim()))
  if (networks.every((network) => network !== null)) return Object.freeze(networks)
  context.addIssue('not networks')
  return z.NEVER
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocols.includes(protocol) && hostname !== ''
}
