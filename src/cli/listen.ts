import { setMaxListeners } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import { createApp } from '../http/app.ts'
import { originCheck } from '../http/cors.ts'
import { type EmbedFiles, readEmbedFiles } from '../http/embed-files.ts'
import type { GraphiqlOptions } from '../http/graphiql.ts'
import { createReadiness, type ReadinessCheck } from '../http/health.ts'
import { type RunningServer, startServer } from '../http/server.ts'
import type { Logger } from '../log.ts'
import { schema } from '../schema.ts'
import type { Services } from './compose.ts'

export interface ListenOptions {
  readonly log: Logger
  /** Null where there is no page. */
  readonly graphiql: GraphiqlOptions | null
  /** Beside those of the services. */
  readonly checks?: readonly ReadinessCheck[]
  /** Where the files that pages load are, unless it is where `npm run build:embed` puts them. */
  readonly embedFolder?: string
}

/** The same from src/cli and from dist/cli. */
const builtEmbedFolder = fileURLToPath(new URL('../../dist/embed', import.meta.url))

/** @throws Error that names HOST and PORT where they can't be listened on */
export async function listen(
  config: Config,
  services: Services,
  { log, graphiql, checks = [], embedFolder = builtEmbedFolder }: ListenOptions,
): Promise<RunningServer> {
  const { host, port, production, allowedOrigins, proxyTrust, unsentBytesMax } = config
  const { authenticate, turnsAway, createContext, takeExport, audit, jwks } = services
  const closing = new AbortController()
  // Each answer without an end listens.
  setMaxListeners(0, closing.signal)
  const handler = createApp({
    schema,
    log,
    introspection: !production,
    graphiql: production ? null : graphiql,
    allowsOrigin: originCheck(allowedOrigins, services.isListedOrigin),
    proxyTrust,
    embed: await embedFilesOf(embedFolder, log),
    authenticate,
    turnsAway,
    createContext,
    takeExport,
    audit,
    onCaller: services.onCaller,
    jwks,
    degraded: services.degraded,
    readiness: createReadiness([...services.checks, ...checks]),
    closing: closing.signal,
    unsentBytesMax,
  })
  try {
    const server = await startServer({ host, port, handler })
    return { ...server, close: (graceMs) => closeAfter(closing, server, graceMs) }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new Error(`HOST and PORT: ${host} port ${port} cannot be listened on${reason}. Choose others.`, {
      cause,
    })
  }
}

/** What has no end of its own would be waited for in vain. */
function closeAfter(closing: AbortController, server: RunningServer, graceMs?: number): Promise<void> {
  closing.abort()
  return server.close(graceMs)
}

async function embedFilesOf(folder: string, log: Logger): Promise<EmbedFiles | null> {
  const files = await readEmbedFiles(folder)
  if (files === null) {
    log.error(
      { folder },
      '/embed answers 404: its files are not built. Run `npm run build:embed`, and start again.',
    )
  }
  return files
}
