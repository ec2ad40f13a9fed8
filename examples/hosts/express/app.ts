import { randomBytes } from 'node:crypto'
import express, { type Express, type Request as ExpressRequest } from 'express'
import { createTesseraHost, tokenEndpoint } from 'tessera/host'

export interface AppOptions {
  /** The address of Tessera, for this backend and for the browser. */
  readonly tesseraUrl: string
  /** Stays in the backend. */
  readonly tesseraApiKey: string
}

interface User {
  readonly name: string
  /** The customer whose figures this user may see. */
  readonly customer: string
}

export function createApp({ tesseraUrl, tesseraApiKey }: AppOptions): Express {
  const sessions = new Map<string, User>()
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
        dashboards: ['departures'],
        datasets: ['flights'],
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
    sessions.set(id, { name: 'ada', customer: request.params.customer })
    response.cookie('session', id, { httpOnly: true, sameSite: 'lax' }).redirect(303, '/')
  })

  app.get('/', (request, response) => {
    if (userOf(request) === undefined) {
      response.send('<form method="post" action="/sign-in/ATL"><button>Sign in</button></form>')
      return
    }
    response.send(`<!doctype html>
      <script type="module" src="${tesseraUrl}/embed/tessera.js"></script>
      <tessera-dashboard dashboard="departures" token-endpoint="/analytics-token"></tessera-dashboard>`)
  })

  return app
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
