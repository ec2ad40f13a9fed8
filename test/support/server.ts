import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChdbConnection } from 'chdb/connection'
import { parse } from 'yaml'
import { openServices } from '../../src/cli/compose.ts'
import { listen } from '../../src/cli/listen.ts'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { type ClickHouseFront, openClickHouseFront } from './clickhouse-front.ts'
import { firstEvent } from './events.ts'
import { prepareDemo, prepareStore } from './prepared.ts'
import { generousRates } from './rates.ts'

export interface Answered {
  readonly status: number
  readonly body: {
    readonly data?: unknown
    readonly errors?: readonly {
      readonly message: string
      readonly extensions?: Readonly<Record<string, unknown>>
    }[]
  }
}

/** A whole installation with the demo's rows and model, on a random port, gone when it is closed. */
export interface TestServer {
  readonly url: string
  /** An admin key. */
  readonly apiKey: string
  /** Null where the rows are in the process. */
  readonly front: ClickHouseFront | null
  /** Null sends no credential at all. Of a subscription, the first event is the answer. */
  post(credential: string | null, request: object): Promise<Answered>
  guestToken(input: object): Promise<string>
  /** How many credentials were verified so far. */
  verified(): number
  /** What the embedded warehouse says, past everything. */
  execute(statement: string): Promise<string>
  /** Ends and starts everything but the tests' own connections, at the same address and with the same data. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface TestServerOptions {
  /** The environment variables beside those that a test needs. */
  readonly environment?: Readonly<Record<string, string>>
  /** Reach the rows over HTTP, through a front that can fail. */
  readonly overHttp?: boolean
  /** Where what pages load was built. */
  readonly embedFolder?: string
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'tessera-server-'))
  const apiKey = `tsk_${randomBytes(32).toString('hex')}`
  const path = join(dataFolder, 'warehouse')
  await Promise.all([prepareDemo(path), prepareStore(dataFolder)])
  const front = options.overHttp === true ? await openClickHouseFront(path) : null
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataFolder,
    LOG_LEVEL: 'silent',
    TESSERA_BOOTSTRAP_API_KEY: apiKey,
    CLICKHOUSE_URL: front?.url,
    ...generousRates,
    ...options.environment,
  })
  const log = createLogger(config.logLevel)
  let verified = 0
  const open = async (port: string) => {
    const services = await openServices(config, log, { keepApiKey: false })
    const counted = {
      ...services,
      authenticate: (authorization: string | undefined, address?: string | null) => {
        verified += 1
        return services.authenticate(authorization, address)
      },
    }
    const { embedFolder } = options
    const server = await listen({ ...config, port: Number(port) }, counted, {
      log,
      graphiql: null,
      ...(embedFolder !== undefined && { embedFolder }),
    })
    return { services, server }
  }
  let { services, server } = await open('0')
  const { url } = server
  const admin = new ChdbConnection({ path })

  async function post(credential: string | null, request: object): Promise<Answered> {
    const authorization = credential === null ? {} : { authorization: `Bearer ${credential}` }
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(request),
    })
    const isLive = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    const text = isLive ? await firstEvent(response) : await response.text()
    return { status: response.status, body: JSON.parse(text) }
  }

  async function asHost(query: string, variables: object): Promise<Readonly<Record<string, unknown>>> {
    const { body } = await post(apiKey, { query, variables })
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
    return Object(body.data)
  }

  const document: unknown = parse(
    readFileSync(new URL('../../examples/flights.yaml', import.meta.url), 'utf8'),
  )
  await asHost('mutation ($document: JSONObject!) { applyModel(document: $document) { version } }', {
    document,
  })

  return {
    url,
    apiKey,
    front,
    post,
    guestToken: async (input) => {
      const query = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token } }'
      return String(Object((await asHost(query, { input })).createGuestToken).token)
    },
    verified: () => verified,
    execute: async (statement) => {
      const { stream } = await admin.exec({ query: statement })
      return Buffer.concat(await stream.toArray()).toString('utf8')
    },
    restart: async () => {
      await server.close(0)
      await services.close()
      ;({ services, server } = await open(new URL(url).port))
    },
    close: async () => {
      await server.close(0)
      await services.close()
      await front?.close()
      await admin.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
