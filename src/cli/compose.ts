import { type KeyObject, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createApiKeyUses } from '../access/api-key-uses.ts'
import { createApiKeys, newApiKey } from '../access/api-keys.ts'
import { authenticateInTurn } from '../access/authenticate-in-turn.ts'
import { ensureBootstrapKey } from '../access/bootstrap-key.ts'
import type { Credential } from '../access/credential.ts'
import { type EncryptionKeys, parseEncryptionKey } from '../access/encryption.ts'
import { openEnvironmentOrigins } from '../access/environment-origins.ts'
import { createTokenIssuers } from '../access/issuers/token-issuers.ts'
import { createKeyring } from '../access/keyring.ts'
import { createPlacing } from '../access/places/placing.ts'
import { createRegions } from '../access/places/regions.ts'
import { createRegisteredTenants } from '../access/places/registered-tenants.ts'
import { createRates } from '../access/rates/rates.ts'
import { createSharedWindows } from '../access/rates/shared-windows.ts'
import { createCredentialTurns, presentedIn } from '../access/rates/turns.ts'
import { createWindows } from '../access/rates/windows.ts'
import { createRefreshTokens } from '../access/refresh-tokens.ts'
import { openRevocations } from '../access/revocations.ts'
import { createTokenEnds } from '../access/token-ends.ts'
import { createTokenUse } from '../access/token-limits.ts'
import { createVerifiedTokens } from '../access/verified-tokens.ts'
import { openAlerts } from '../audit/alerts/open.ts'
import { createAuditLog } from '../audit/audit-log.ts'
import type { Caller } from '../audit/caller.ts'
import { keysUnavailable } from '../audit/events.ts'
import { sweepAuditEvents } from '../audit/retention.ts'
import { type Config, ConfigError, settings } from '../config.ts'
import { createDataSources } from '../data-sources/data-sources.ts'
import { findVariable } from '../data-sources/kept-values.ts'
import { createStoredSecrets } from '../data-sources/secrets/stored-secrets.ts'
import { ownName } from '../data-sources/target.ts'
import { createExportLinks } from '../exports/links.ts'
import { takeExport } from '../exports/take.ts'
import type { RequestContext } from '../graphql/context.ts'
import type { ExportOptions } from '../http/exports.ts'
import type { ReadinessCheck } from '../http/health.ts'
import type { JwksOptions } from '../http/jwks.ts'
import { createRequestContext } from '../http/request-context.ts'
import type { CredentialOptions, RequestFacts } from '../http/use-credential.ts'
import { createLiveHub } from '../live/live.ts'
import { tenantKey } from '../live/shared-polls.ts'
import type { Logger } from '../log.ts'
import { createCatalogueCache } from '../model/catalogue-cache.ts'
import { ensureEnvironment } from '../store/bootstrap.ts'
import { openStore } from '../store/connect.ts'
import { sweepErasedTenants } from '../tenants/sweep.ts'
import { createUsageLog } from '../usage/usage-log.ts'
import { openWarehouse } from '../warehouse/clickhouse/connect.ts'
import { defaultLimits } from '../warehouse/limits.ts'
import { createClosers } from './closers.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { keepHeapFlat } from './flat-heap.ts'
import { keptSecret } from './kept-secret.ts'

/** Everything behind the edge, opened. */
export interface Services extends CredentialOptions, ExportOptions {
  /** The first admin key, where this process knows it: it was given, kept, or made just now. */
  readonly apiKey: string | null
  readonly checks: readonly ReadinessCheck[]
  /** Whether any environment lets pages of this origin ask. */
  readonly isListedOrigin: (origin: string) => boolean
  /** The parts that do less than they should. */
  readonly degraded: () => readonly string[]
  readonly jwks: JwksOptions
  close(): Promise<void>
}

export interface ComposeOptions {
  /** Keep a first admin key that is made here in the data folder, to be shown again at the next start. */
  readonly keepApiKey: boolean
}

const questionsPerRequest = 100
const pingTimeoutMs = 1_500

/**
 * Opens the parts from the store up; they are closed from the edge down.
 * @throws ConfigError, DataFolderInUse, and whatever keeps a part from opening; then nothing stays open
 */
export async function openServices(config: Config, log: Logger, options: ComposeOptions): Promise<Services> {
  keepHeapFlat()
  const closers = createClosers()
  try {
    return await open(config, log, options, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function open(
  config: Config,
  log: Logger,
  { keepApiKey }: ComposeOptions,
  closers: ReturnType<typeof createClosers>,
): Promise<Services> {
  const { dataFolder, databaseUrl, issuer, audience } = config
  requireProductionKey(config)
  const lock = await lockDataFolder(dataFolder)
  closers.add(lock.release)
  const encryptionKeys = await encryptionKeysOf(config)
  const encryptionKey = encryptionKeys.current
  const store = await openStore({ databaseUrl, dataFolder, log })
  closers.add(store.close)
  const environment = await ensureEnvironment(store, { organization: 'default', environment: 'default' })
  const keptApiKey = keepApiKey ? () => keptSecret(dataFolder, 'api-key', () => newApiKey().secret) : null
  const givenApiKey = config.bootstrapApiKey ?? (await keptApiKey?.())
  const madeApiKey = await ensureBootstrapKey(store, environment, givenApiKey)
  const { previousEncryptionKey } = config
  const keyring = createKeyring({ store, encryptionKey, previousEncryptionKey, log })
  closers.add(await keyring.watch())
  const alerts = openAlerts(config.alerts, log)
  closers.add(alerts.close)
  const outageMaxMs = config.storeOutageSeconds * 1000
  const regions = createRegions(config.region.own, config.region.urls)
  const registered = createRegisteredTenants({ store, log, outageMaxMs, regions })
  closers.add(await registered.watch())
  const placing = createPlacing({ tenants: registered, regions })
  const audit = createAuditLog(store, log, { observe: alerts.observe, isSecret: placing.isSecret })
  closers.add(audit.close)
  const usage = createUsageLog({ store, log, isSecret: placing.isSecret })
  closers.add(usage.close)
  const issuers = createTokenIssuers({
    ...{ store, log, allowedNetworks: config.jwksNetworks },
    onUnavailable: (unavailable, reason) => audit.record(keysUnavailable(unavailable, reason)),
  })
  closers.add(await issuers.watch())
  const apiKeyUses = createApiKeyUses({ store, log })
  closers.add(apiKeyUses.close)
  const apiKeys = createApiKeys({ store, log, onUse: apiKeyUses.note })
  const revocations = await openRevocations({ store, log, outageMaxMs })
  closers.add(revocations.close)
  const tokenEnds = createTokenEnds(revocations, keyring.ends)
  const refreshTokens = createRefreshTokens(store)
  const verifiedTokens = createVerifiedTokens()
  const warehouse = await openWarehouse({ name: ownName, ...warehouseOf(config) }, { log })
  closers.add(warehouse.close)
  const catalogues = await createCatalogueCache({ store, log })
  const secrets = createStoredSecrets({ store, encryptionKeys, log })
  closers.add(await secrets.watch())
  const { variables, ...bounds } = config.dataSources
  const dataSources = createDataSources({
    ...{ catalogues, log, settings: bounds, own: { kind: warehouseOf(config).kind, warehouse } },
    values: {
      variable: (name) => findVariable(variables, name),
      secret: secrets.find,
      onChange: secrets.onChange,
    },
  })
  closers.add(dataSources.close)
  const live = createLiveHub(config.live)
  catalogues.onChange(live.polls.renew)
  registered.onChange((changed) =>
    live.polls.renewOf(new Set(changed.map((of) => tenantKey(of.environmentId, of.tenantId)))),
  )
  closers.add(sweepAuditEvents({ store, log, retentionDays: config.auditRetentionDays }).close)
  closers.add(sweepErasedTenants({ store, log, audit }).close)
  const shared = databaseUrl === undefined ? null : createSharedWindows({ store, log })
  closers.add(async () => shared?.close())
  const windows = shared ?? createWindows()
  const turns = createCredentialTurns(config.rates.refusedPerAddress)
  const origins = await openEnvironmentOrigins({ store, log })
  closers.add(origins.close)
  const exportLinks = createExportLinks({ store, encryptionKeys })
  const signers = { keyring, issuers, issuer, audience }
  const credentials = {
    ...signers,
    apiKeys,
    refreshTokens,
    tokenEnds,
    verifiedTokens,
    turns,
    catalogues,
    placing,
  }
  const dependencies = {
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
    issuer,
    audience,
    limits: defaultLimits,
    questionsPerRequest,
    tokenUse: createTokenUse(),
    origins,
    rates: createRates(windows, config.rates),
    tokenEnds,
    revocations,
    live,
    tellsCost: !config.production,
    exportLinks,
    exportRowsMax: config.exportRowsMax,
    answerBytesMax: config.answerBytesMax,
  }
  return Object.freeze({
    apiKey: givenApiKey ?? madeApiKey,
    audit,
    onCaller: (caller: Caller, address: string | null) => {
      const { environment: of, tenantId } = caller
      if (tenantId == null || !placing.isSecret(of.environmentId, tenantId)) alerts.seen(caller, address)
    },
    authenticate: (authorization: string | undefined, address: string | null = null) =>
      authenticateInTurn(authorization, address, credentials),
    turnsAway: (authorization: string | undefined, address: string | null) =>
      turns.turnsAway(presentedIn(authorization, address)),
    createContext: (credential: Credential, request: RequestFacts): Promise<RequestContext> =>
      createRequestContext(credential, request, dependencies),
    takeExport: (secret: string, caller: Credential | null, address: string | null) =>
      turns.take({ kind: 'export_link', text: secret, address }, (aside) =>
        takeExport(secret, caller, { links: exportLinks, signers: { ...signers, aside }, tokenEnds }),
      ),
    checks: [
      { part: 'store', check: () => store.ping() },
      { part: 'revocations', check: revocations.check },
      { part: ownName, check: () => warehouse.ping(pingTimeoutMs) },
    ],
    isListedOrigin: origins.isListed,
    degraded: () => (shared?.isAlone() === true ? ['rate limits'] : []),
    jwks: { environmentId: environment.environmentId, publicKeys: keyring.publicKeys },
    close: closers.closeAll,
  })
}

/** Made and kept in the data folder where none is given. */
export async function encryptionKeysOf(config: Config): Promise<EncryptionKeys> {
  const { encryptionKey, previousEncryptionKey, dataFolder } = config
  const current = encryptionKey ?? (await madeEncryptionKey(dataFolder))
  return { current, previous: previousEncryptionKey ?? null }
}

/** Where the rows are: a server, or chDB in the data folder. */
export function warehouseOf({ clickhouseUrls, dataFolder }: Config) {
  return clickhouseUrls === undefined
    ? ({ kind: 'chdb', path: join(dataFolder, 'warehouse') } as const)
    : ({ kind: 'clickhouse', urls: clickhouseUrls } as const)
}

/** Signing keys that are sealed under a key that goes with the machine would be lost with it. */
function requireProductionKey({ production, encryptionKey }: Config): void {
  if (!production || encryptionKey !== undefined) return
  throw new ConfigError([
    `TESSERA_ENCRYPTION_KEY: expected ${settings.TESSERA_ENCRYPTION_KEY.expected}. Production needs one that is kept.`,
  ])
}

async function madeEncryptionKey(dataFolder: string): Promise<KeyObject> {
  const text = await keptSecret(dataFolder, 'encryption-key', () => randomBytes(32).toString('base64'))
  const key = parseEncryptionKey(text)
  if (key === null)
    throw new Error(`DATA_DIR: ${join(dataFolder, 'encryption-key')} holds no encryption key.`)
  return key
}
