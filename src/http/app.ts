import type { IncomingMessage, ServerResponse } from 'node:http'
import { TesseraError } from '../errors.ts'
import { exportsPath } from '../exports/create.ts'
import { type Accepted, acceptable, acceptedBy } from './accepted.ts'
import { answerError, answerJson, type Exchange, exchangeOf } from './answer.ts'
import { BodyRefused, readBody } from './body.ts'
import { createClientAddress, noProxies, type ProxyTrust } from './client-address.ts'
import { type AllowsOrigin, answerCors } from './cors.ts'
import { answerEmbed, embedPath } from './embed.ts'
import type { EmbedFiles } from './embed-files.ts'
import { answerExport, type ExportOptions } from './exports.ts'
import { answerGraphiql, type GraphiqlOptions, isLoopbackHost, wantsPage } from './graphiql.ts'
import { createGraphqlApp, type GraphqlOptions, graphqlPath } from './graphql-app.ts'
import type { Readiness } from './health.ts'
import { createJwks, type JwksOptions, jwksPath } from './jwks.ts'
import { createSuspectRefusal } from './refuse-suspects.ts'
import { type ReaderTerms, sendWhole } from './send-slices.ts'
import { sendStream } from './send-stream.ts'
import { createUnsent } from './unsent.ts'

export interface AppOptions extends GraphqlOptions, ExportOptions {
  readonly readiness: () => Promise<Readiness>
  /** The parts that do less than they should, while requests are answered all the same. */
  readonly degraded?: () => readonly string[]
  /** Null where there is no page, as in production. */
  readonly graphiql: GraphiqlOptions | null
  /** Whose pages may call the API from a browser. */
  readonly allowsOrigin: AllowsOrigin
  /** What pages load; null where it was not built. */
  readonly embed: EmbedFiles | null
  /** Aborts when the server is to stop. */
  readonly closing?: AbortSignal
  /** Of answers that wait for their readers, all together. */
  readonly unsentBytesMax: number
  readonly jwks: JwksOptions
  /** Whom to believe about where a request comes from; nobody unless given. */
  readonly proxyTrust?: ProxyTrust
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Everything that the server answers. A request is answered or its connection ends; no failure gets past. */
export function createApp(options: AppOptions): Handler {
  const graphql = createGraphqlApp(options)
  const jwks = createJwks(options.jwks)
  const unsent = createUnsent(options.unsentBytesMax)
  const addressOf = createClientAddress(options.proxyTrust ?? noProxies)
  const refusesSuspect = createSuspectRefusal(options)

  async function answer(exchange: Exchange): Promise<void> {
    const host = exchange.request.headers.host ?? 'localhost'
    if (!URL.canParse(`http://${host}`)) {
      return answerError(
        exchange,
        new TesseraError('BAD_USER_INPUT', { expected: 'a Host header with a host' }),
      )
    }
    const { method = '', url = '' } = exchange.request
    const [path = ''] = url.split('?', 1)
    if (path === graphqlPath) return answerGraphql(exchange)
    const isReading = method === 'GET' || method === 'HEAD'
    if (path === '/healthz' && isReading) {
      const degraded = options.degraded?.() ?? []
      return answerJson(exchange, 200, { status: 'ok', ...(degraded.length > 0 && { degraded }) })
    }
    if (path === '/readyz' && isReading) {
      const readiness = await options.readiness()
      return answerJson(exchange, readiness.status === 'ok' ? 200 : 503, readiness)
    }
    if (path === jwksPath && isReading) return jwks(exchange)
    if (path.startsWith(exportsPath)) return answerExport(exchange, path.slice(exportsPath.length), options)
    if (path.startsWith(embedPath)) return answerEmbed(exchange, options.embed, options.allowsOrigin)
    answerError(exchange, new TesseraError('NOT_FOUND'))
  }

  async function answerGraphql(exchange: Exchange): Promise<void> {
    const { request } = exchange
    if (options.graphiql !== null && isForPage(request)) return answerGraphiql(exchange, options.graphiql)
    if (answerCors(exchange, options.allowsOrigin)) return
    const accepted = acceptedBy(request.headers.accept)
    if (accepted === null) {
      return answerError(exchange, new TesseraError('NOT_SUPPORTED', { expected: acceptable }), 406)
    }
    const body = request.method === 'POST' ? await readBody(request) : null
    if (exchange.signal.aborted) return
    const answered = await graphql(exchange, accepted, body)
    if (answered instanceof TesseraError) return refuse(exchange, answered, accepted)
    const { answer, holder } = answered
    const { closing } = options
    if ('results' in answer) return sendStream(exchange, answer, { closing, unsent, holder })
    // Not awaited here, where what it was made of would stay in memory until its reader has it.
    return send(exchange, answer, { unsent, holder })
  }

  /** Whoever has no credential that is worth anything, in the type of JSON that was asked for. */
  function refuse(exchange: Exchange, error: TesseraError, { json }: Accepted): void {
    if (error.code === 'UNAUTHENTICATED') exchange.response.setHeader('www-authenticate', 'Bearer')
    answerError(exchange, error, undefined, json === '*/*' ? undefined : json)
  }

  function fail(exchange: Exchange, error: unknown): void {
    const { response, requestId } = exchange
    if (error instanceof BodyRefused) {
      // What is left of the body is never read.
      if (!exchange.request.complete) response.setHeader('connection', 'close')
      answerError(exchange, error.error, error.status)
      return
    }
    options.log.error({ err: error, requestId }, 'a request could not be answered')
    if (response.headersSent) response.destroy()
    else answerError(exchange, new TesseraError('INTERNAL'))
  }

  return (request, response) => {
    const address = addressOf(request)
    const isPage = options.graphiql !== null && isForPage(request)
    if (!isPage && refusesSuspect(request, response, address)) return
    const exchange = exchangeOf(request, response, address)
    answer(exchange).catch((error: unknown) => fail(exchange, error))
  }
}

/** Of GraphiQL, which comes without a credential. */
function isForPage(request: IncomingMessage): boolean {
  return wantsPage(request) && isLoopbackHost(request)
}

/** Ours to say, not Yoga's: the answer is sent whole, with its length. */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding'])

async function send(exchange: Exchange, answer: Response, terms: ReaderTerms): Promise<void> {
  const bytes = Buffer.from(await answer.text())
  const { response, signal } = exchange
  if (signal.aborted) return
  response.writeHead(answer.status, {
    ...Object.fromEntries([...answer.headers].filter(([name]) => !hopByHop.has(name))),
    'content-length': bytes.length,
    'cache-control': 'no-store',
  })
  return sendWhole(exchange, bytes, terms)
}
