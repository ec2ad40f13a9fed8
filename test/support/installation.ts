import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBootstrapKey } from '../../src/access/bootstrap-key.ts'
import { openServices } from '../../src/cli/compose.ts'
import { listen } from '../../src/cli/listen.ts'
import { readConfig } from '../../src/config.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import { ensureEnvironment } from '../../src/store/bootstrap.ts'
import { openStore } from '../../src/store/connect.ts'
import type { EnvironmentIdentity } from '../../src/store/store.ts'
import type { Answered } from './server.ts'

/** One process of an installation, without a warehouse: everything that needs no rows. */
export interface Installation {
  readonly url: string
  /** Null sends no credential at all. */
  post(
    credential: string | null,
    request: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answered>
  /** The data of a host's operation. */
  asHost(apiKey: string, query: string, variables?: object): Promise<Readonly<Record<string, unknown>>>
  guestToken(apiKey: string, input?: object): Promise<string>
  /** 200 or 401, and whose token it is. */
  viewer(token: string): Promise<readonly [number, unknown]>
  close(): Promise<void>
}

export async function startInstallation(
  environment: Readonly<Record<string, string>>,
  given: { readonly log?: Logger } = {},
): Promise<Installation> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tessera-installation-'))
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'silent',
    CLICKHOUSE_URL: 'http://127.0.0.1:9',
    ...environment,
  })
  const log = given.log ?? createLogger(config.logLevel)
  const services = await openServices(config, log, { keepApiKey: false })
  const server = await listen(config, services, { log, graphiql: null })

  async function post(
    credential: string | null,
    request: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const authorization = credential === null ? {} : { authorization: `Bearer ${credential}` }
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization, ...headers },
      body: JSON.stringify(request),
    })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  async function asHost(apiKey: string, query: string, variables: object = {}) {
    const { body } = await post(apiKey, { query, variables })
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
    return Object(body.data)
  }

  return {
    url: server.url,
    post,
    asHost,
    guestToken: async (apiKey, input = { tenantId: 'acme' }) => {
      const query = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token } }'
      return String(Object((await asHost(apiKey, query, { input })).createGuestToken).token)
    },
    viewer: async (token) => {
      const { status, body } = await post(token, { query: '{ viewer { tenantId } }' })
      return [status, Object(Object(body.data).viewer).tenantId]
    },
    close: async () => {
      await server.close(0)
      await services.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

export interface OtherEnvironment extends EnvironmentIdentity {
  /** An admin key of it. */
  readonly apiKey: string
}

/** One more environment in the same store, with a key of its own. */
export async function addEnvironment(databaseUrl: string): Promise<OtherEnvironment> {
  const store = await openStore({ databaseUrl, dataFolder: '', log: createLogger('silent') })
  try {
    const names = { organization: `organization ${randomBytes(8).toString('hex')}`, environment: 'test' }
    const environment = await ensureEnvironment(store, names)
    const apiKey = `tsk_${randomBytes(32).toString('hex')}`
    await ensureBootstrapKey(store, environment, apiKey)
    return { ...environment, apiKey }
  } finally {
    await store.close()
  }
}
