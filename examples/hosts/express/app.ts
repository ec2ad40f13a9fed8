import { randomBytes } from 'node:crypto'
import express, { type ErrorRequestHandler, type Express, type Request as ExpressRequest } from 'express'
import { createTesseraHost, tokenEndpoint } from 'tessera/host'

export interface AppOptions {
  /** The address of Tessera, for this backend and for the browser. */
  readonly tesseraUrl: string
  /** Stays in the backend. */
  readonly tesseraApiKey: string
  readonly dashboard?: string
  readonly dataset?: string
  /** Whom the button signs in as one of. */
  readonly customer?: string
}

interface User {
  readonly name: string
  /** The customer whose figures this user may see. */
  readonly customer: string
}

const sessionMs = 12 * 3_600_000

export function createApp({
  tesseraUrl,
  tesseraApiKey,
  dashboard = 'departures',
  dataset = 'flights',
  customer = 'ATL',
}: AppOptions): Express {
  const sessions = new Map<string, User>()
  const signIn = (id: string, user: User) => {
    sessions.set(id, user)
    setTimeout(() => sessions.delete(id), sessionMs).unref()
  }
  const userOf = (request: ExpressRequest) => sessions.get(sessionIdIn(request.headers.cookie))

  const answerToken = tokenEndpoint({
    host: createTesseraHost({ url: tesseraUrl, apiKey: tesseraApiKey }),
    // Who asks is known from the session, never from what the page sends.
    authorize: (_, request: ExpressRequest) => {
      const user = userOf(request)
      if (user === undefined) return null
      return {
        tenantId: user.customer,
        subject: user.name,
        dashboards: [dashboard],
        datasets: [dataset],
        expiresInSeconds: 900,
      }
    },
  })

  const app = express()

  app.post('/analytics-token', async (request, response) => {
    const answer = await answerToken(fetchRequest(request), request)
    response
      .status(answer.status)
      .set(Object.fromEntries(answer.headers))
      .send(await answer.text())
  })

  /** In place of a real sign-in. */
  app.post('/sign-in/:customer', (request, response) => {
    const id = randomBytes(32).toString('base64url')
    signIn(id, { name: 'ada', customer: request.params.customer })
    // Behind a proxy that speaks TLS, `app.set('trust proxy', …)` tells Express that it is secure.
    const { secure } = request
    response.cookie('session', id, { httpOnly: true, sameSite: 'lax', secure, maxAge: sessionMs })
    response.redirect(303, '/')
  })

  app.get('/', (request, response) => {
    if (userOf(request) === undefined) {
      const action = `/sign-in/${encodeURIComponent(customer)}`
      response.send(`<form method="post" action="${action}"><button>Sign in</button></form>`)
      return
    }
    response.send(`<!doctype html>
      <script type="module" src="${tesseraUrl}/embed/tessera.js"></script>
      <tessera-dashboard dashboard="${dashboard}" token-endpoint="/analytics-token"></tessera-dashboard>`)
  })

  app.use(answerFailure)
  return app
}

/** The log gets what went wrong, such as the API's refusal of a token; the page gets nothing of it. */
const answerFailure: ErrorRequestHandler = (error, _request, response, _next) => {
  // biome-ignore lint/suspicious/noConsole: in place of a real log
  console.error(error)
  response.status(500).json({ error: 'INTERNAL' })
}

/** What Express holds of a request, as the standard has it. */
function fetchRequest({ protocol, host, originalUrl, method, headersDistinct }: ExpressRequest): Request {
  const headers = Object.entries(headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(', '),
  ])
  return new Request(`${protocol}://${host}${originalUrl}`, { method, headers })
}

function sessionIdIn(cookies = ''): string {
  return /(?:^|; )session=([\w-]+)/.exec(cookies)?.[1] ?? ''
}
