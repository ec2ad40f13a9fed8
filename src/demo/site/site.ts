import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TesseraHost } from '../../host/entry.ts'
import { isLoopbackHost } from '../../http/graphiql.ts'
import { type RunningServer, startServer } from '../../http/server.ts'
import type { Logger } from '../../log.ts'
import { answer, answerJson, readForm, redirect } from './answers.ts'
import { readSiteFiles, type SiteFiles } from './files.ts'
import { cheatPage, dashboardPage, signInPage, waitingPage } from './pages.ts'
import { dashboardNames, personWith } from './people.ts'
import { createSessions } from './sessions.ts'
import { cheatTokenInputs, tokenInput } from './tokens.ts'

/** What the host application knows of Tessera: its address, and a client of its backend that has an API key. */
export interface SiteApi {
  readonly url: string
  readonly host: TesseraHost
}

/** The demo's host application: a product of its own, on an origin of its own, that embeds dashboards. */
export interface DemoSite {
  readonly url: string
  /** What its pages call the API from. */
  readonly origins: readonly string[]
  /** Until then every page asks for patience. */
  open(api: SiteApi): void
  close(): Promise<void>
}

export interface SiteOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly log: Logger
  /** Where the script of its pages was built. */
  readonly scriptFolder?: string
}

/**
 * Loopback alone, whatever the API listens on: who signs in is not asked for a password.
 * @throws Error where its script is not built or the port cannot be listened on
 */
export async function startDemoSite({ port, log, scriptFolder }: SiteOptions): Promise<DemoSite> {
  const files = await readSiteFiles(scriptFolder)
  let api: SiteApi | null = null
  const routes = createRoutes(files)
  const handler = (request: IncomingMessage, response: ServerResponse) => {
    routes(request, response, api, originsOf(server.url)).catch((error: unknown) => {
      log.error({ err: error }, 'a page of the demo could not be made')
      if (response.headersSent) response.destroy()
      else answer(response, 502, 'text/plain', 'The page could not be made. Is Tessera running?')
    })
  }
  const server: RunningServer = await startServer({ host: '127.0.0.1', port, handler }).catch((cause) => {
    throw new Error(`--site-port: 127.0.0.1 port ${port} cannot be listened on. Choose another.`, { cause })
  })
  return {
    url: server.url,
    origins: originsOf(server.url),
    open: (opened) => {
      api = opened
    },
    close: () => server.close(),
  }
}

function originsOf(url: string): readonly string[] {
  return [url, url.replace('127.0.0.1', 'localhost')]
}

function createRoutes(files: SiteFiles) {
  const sessions = createSessions()

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    api: SiteApi | null,
    origins: readonly string[],
  ): Promise<void> => {
    const { method = '', url = '' } = request
    const [path = ''] = url.split('?', 1)
    if (!isLoopbackHost(request)) return answer(response, 404, 'text/plain', 'Not here.')
    const file = method === 'GET' ? files.get(path) : undefined
    if (file !== undefined) return answer(response, 200, file.type, file.content)
    if (api === null) return page(response, 503, waitingPage(), null)
    if (method === 'POST') {
      // A form of another site must not sign anybody in, nor start a token's life.
      if (!origins.includes(request.headers.origin ?? '')) return answer(response, 403, 'text/plain', 'No.')
      return post(path, request, response, api, origins)
    }
    const person = sessions.personOf(request)
    if (path === '/sign-in') return page(response, 200, signInPage(), api)
    if (person === null) return redirect(response, '/sign-in')
    if (path === '/') return redirect(response, '/departures')
    if (path === '/cheat') return page(response, 200, cheatPage({ apiUrl: api.url, person }), api)
    const name = dashboardNames.find((known) => path === `/${known}`)
    if (name !== undefined) return page(response, 200, dashboardPage({ apiUrl: api.url, person }, name), api)
    answer(response, 404, 'text/plain', 'There is no such page.')
  }

  async function post(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    api: SiteApi,
    origins: readonly string[],
  ): Promise<void> {
    if (path === '/sign-in') {
      const person = personWith((await readForm(request)).get('person'))
      if (person === null) return redirect(response, '/sign-in')
      response.setHeader('set-cookie', sessions.signIn(person))
      return redirect(response, '/')
    }
    const person = sessions.personOf(request)
    if (person === null) return answerJson(response, 401, { error: 'Nobody is signed in.' })
    if (path === '/analytics-token') {
      // Of the session alone: nothing that the page sends says whose figures these are.
      const { token, expiresAt } = await api.host.createGuestToken(tokenInput(person, origins))
      return answerJson(response, 200, { token, expiresAt })
    }
    if (path === '/cheat-tokens') {
      const inputs = Object.entries(cheatTokenInputs(person, origins))
      const tokens = inputs.map(async ([name, input]) => {
        const { token } = await api.host.createGuestToken(input)
        return [name, token] as const
      })
      return answerJson(response, 200, Object.fromEntries(await Promise.all(tokens)))
    }
    answer(response, 404, 'text/plain', 'There is no such page.')
  }
}

/** The browser may load scripts of this site and of the API, and may ask the two; nothing else, and no inline script. */
function page(response: ServerResponse, status: number, text: string, api: SiteApi | null): void {
  const apiUrl = api === null ? '' : ` ${api.url}`
  const policy = [
    "default-src 'none'",
    `script-src 'self'${apiUrl}`,
    `connect-src 'self'${apiUrl}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  response.setHeader('content-security-policy', policy.join('; '))
  answer(response, status, 'text/html; charset=utf-8', text)
}
