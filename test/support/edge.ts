import { type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import { text } from 'node:stream/consumers'
import type { GraphQLSchema } from 'graphql'
import { authenticate } from '../../src/access/credential.ts'
import type { AuditEvent } from '../../src/audit/events.ts'
import type { RequestContext } from '../../src/graphql/context.ts'
import { createApp } from '../../src/http/app.ts'
import { originCheck } from '../../src/http/cors.ts'
import { readEmbedFiles } from '../../src/http/embed-files.ts'
import type { ExportOptions } from '../../src/http/exports.ts'
import type { GraphiqlOptions } from '../../src/http/graphiql.ts'
import { createReadiness, type ReadinessCheck } from '../../src/http/health.ts'
import { startServer } from '../../src/http/server.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import { nobody } from './nobody.ts'
import { openTestStore } from './store.ts'
import { openTokenKit, type TokenKit } from './tokens.ts'

export interface EdgeOptions {
  readonly schema: GraphQLSchema
  readonly production?: boolean
  readonly graphiql?: GraphiqlOptions
  readonly allowedOrigins?: readonly string[]
  readonly checks?: readonly ReadinessCheck[]
  /** The folder of what pages load. */
  readonly embedFolder?: string
  readonly log?: Logger
  /** Gets the signal that each request's context is made with. */
  readonly onRequest?: (signal: AbortSignal) => void
  readonly onAudit?: (event: AuditEvent) => void
  /** None leads anywhere unless it is given. */
  readonly takeExport?: ExportOptions['takeExport']
}

export interface Sent {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export interface SendOptions {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array
}

/** The edge with real credentials over a schema of the test's own, on a random port. */
export interface Edge {
  readonly url: string
  readonly token: string
  readonly apiKey: string
  readonly kit: TokenKit
  /** By default a POST of JSON to /graphql, with the token. */
  send(options: SendOptions): Promise<Sent>
  ask(query: string, variables?: object): Promise<Sent>
  close(): Promise<void>
}

export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { schema, production = false, log = createLogger('silent') } = options
  const store = await openTestStore()
  const kit = await openTokenKit(store)
  const token = await kit.guestToken({ tenantId: 'ATL' })
  const handler = createApp({
    schema,
    log,
    introspection: !production,
    graphiql: options.graphiql ?? null,
    allowsOrigin: originCheck(options.allowedOrigins ?? []),
    embed: options.embedFolder === undefined ? null : await readEmbedFiles(options.embedFolder),
    authenticate: (authorization, address) => authenticate(authorization, kit.deps, address),
    turnsAway: () => false,
    createContext: async (_, { requestId, signal }): Promise<RequestContext> => {
      options.onRequest?.(signal)
      return { ...nobody, requestId }
    },
    takeExport: options.takeExport ?? (async () => null),
    unsentBytesMax: 1_000_000,
    audit: {
      ...kit.audit,
      record: (event) => {
        options.onAudit?.(event)
        kit.audit.record(event)
      },
    },
    jwks: { environmentId: kit.environment.environmentId, publicKeys: kit.keyring.publicKeys },
    readiness: createReadiness(options.checks ?? [], { timeoutMs: 20_000, maxAgeMs: 0 }),
  })
  const server = await startServer({ host: '127.0.0.1', port: 0, handler })
  const authorization = `Bearer ${token}`
  const json = { 'content-type': 'application/json', authorization }

  return {
    url: server.url,
    token,
    apiKey: kit.apiKey,
    kit,
    send: ({ method = 'POST', path = '/graphql', headers = json, body }) =>
      answerOf(send(`${server.url}${path}`, { method, headers }), body),
    ask: (query, variables) =>
      answerOf(
        send(`${server.url}/graphql`, { method: 'POST', headers: json }),
        JSON.stringify({ query, variables }),
      ),
    close: async () => {
      await server.close(0)
      await kit.audit.close()
      await store.close()
    },
  }
}

/** Over a socket of its own, so that headers go out as they are and a cut connection is seen. */
function answerOf(request: ClientRequest, body?: string | Uint8Array): Promise<Sent> {
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', async (response) => {
      const { statusCode: status = 0, headers } = response
      resolve({ status, headers, text: await text(response) })
    })
    request.end(body)
  })
}
