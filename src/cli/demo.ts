import { type Config, readConfig, settings } from '../config.ts'
import { exampleTabs } from '../demo/example-queries.ts'
import { loadDemo } from '../demo/load.ts'
import { applyDemoModel } from '../demo/model.ts'
import { createProgressDisplay } from '../demo/progress.ts'
import { type DemoSite, startDemoSite } from '../demo/site/site.ts'
import type { HostContext, MintedGuestToken } from '../graphql/context.ts'
import { createTesseraHost } from '../host/entry.ts'
import { createLogger, type Logger } from '../log.ts'
import { openServices, type Services, warehouseOf } from './compose.ts'
import { listen } from './listen.ts'
import { untilStopped } from './until-stopped.ts'

export interface DemoOptions {
  /** The airport that the printed token is for. */
  readonly tenant: string
  /** Where the host application listens; the port after the API's by default. */
  readonly sitePort?: number | undefined
}

const tokenSeconds = 86_400

/** One person tries everything, with tools that ask as fast as they can. */
const generous = Object.fromEntries(
  Object.keys(settings)
    .filter((name) => name.includes('_RATE_'))
    .map((name) => [name, '9999999']),
)

/** The token that is printed lives for a day, and is no reason for an alert. */
const ownToken = { TESSERA_ALERT_TOKEN_SECONDS: '0' }

/** Serves the flights, loaded at the first start, until it is told to stop. */
export async function demo(options: DemoOptions): Promise<void> {
  // A person reads the output: what goes well needs no lines of JSON.
  const config = readConfig({ LOG_LEVEL: 'warn', ...generous, ...ownToken, ...process.env })
  const log = createLogger(config.logLevel)
  const services = await openServices(config, log, { keepApiKey: true })
  try {
    // Its origin has to be known where the API starts, which lets its pages ask.
    const site = await startDemoSite({ port: sitePort(config, options), log })
    try {
      await serveDemo(config, log, services, site, options)
    } finally {
      await site.close()
    }
  } finally {
    await services.close()
  }
}

function sitePort({ port }: Config, options: DemoOptions): number {
  return options.sitePort ?? (port === 0 ? 0 : port + 1)
}

async function serveDemo(
  config: Config,
  log: Logger,
  services: Services,
  site: DemoSite,
  { tenant }: DemoOptions,
): Promise<void> {
  const stopped = untilStopped()
  const host = await hostOf(services)
  const mint = () => host.mintGuestToken({ tenantId: tenant, expiresInSeconds: tokenSeconds })
  let isLoaded = false
  const allowedOrigins = [...config.allowedOrigins, ...site.origins]
  const server = await listen({ ...config, allowedOrigins }, services, {
    log,
    graphiql: { tabs: exampleTabs, token: async () => (isLoaded ? (await mint()).token : null) },
    checks: [{ part: 'demo', check: async () => requireLoaded(isLoaded) }],
  })
  try {
    await load(config, host)
    isLoaded = true
    const apiUrl = loopbackUrl(server.url)
    const apiKey = services.apiKey ?? ''
    site.open({ url: apiUrl, host: createTesseraHost({ url: apiUrl, apiKey }) })
    process.stdout.write(welcome(site.url, apiUrl, apiKey, tenant, await mint()))
    await stopped
  } finally {
    await server.close()
  }
}

/** The demo speaks to itself with its own key, through the same checks as anybody else. */
async function hostOf({ authenticate, createContext, apiKey }: Services): Promise<HostContext> {
  const credential = await authenticate(`Bearer ${apiKey ?? ''}`)
  const { signal } = new AbortController()
  const { host } = await createContext(credential, {
    requestId: 'demo',
    signal,
    origin: undefined,
    address: null,
  })
  if (host === null) throw new Error('The first API key speaks for no host.')
  return host
}

async function load(config: Config, host: HostContext): Promise<void> {
  const display = createProgressDisplay(process.stderr)
  try {
    await loadDemo(warehouseOf(config), { onProgress: display.show })
  } finally {
    display.stop()
  }
  await applyDemoModel(host, config.dataFolder)
}

function requireLoaded(isLoaded: boolean): void {
  if (!isLoaded) throw new Error('The demo is being loaded.')
}

/** A browser on this machine reaches every interface by this one. */
function loopbackUrl(url: string): string {
  return url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:')
}

function welcome(
  siteUrl: string,
  url: string,
  apiKey: string,
  tenant: string,
  { token, expiresAt }: MintedGuestToken,
): string {
  const body = JSON.stringify({ query: '{ counter(input: { metric: "departures" }) { value formatted } }' })
  return `
Tessera is ready, with three million departures of 2001.

Open this: an application that embeds dashboards, each airport with its own figures:
  ${siteUrl}

GraphiQL, with the guest token in its header and examples in its tabs:
  ${url}/graphql

Admin API key:
  ${apiKey}

Guest token of the tenant ${tenant}, until ${expiresAt.toISOString()}:
  ${token}

Try it:
  curl -s ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${token}' -d '${body}'

`
}
