import { createTesseraHost, tokenEndpoint } from 'tessera/host'
import { currentUser } from '../../../lib/session.ts'

const { TESSERA_URL = 'http://127.0.0.1:4000', TESSERA_API_KEY = 'set-me' } = process.env

export const POST = tokenEndpoint({
  host: createTesseraHost({ url: TESSERA_URL, apiKey: TESSERA_API_KEY }),
  // Who asks is known from the session, never from what the page sends.
  authorize: async (request) => {
    const user = await currentUser(request)
    if (user === null) return null
    return {
      tenantId: user.customer,
      subject: user.name,
      dashboards: ['departures'],
      datasets: ['flights'],
      expiresInSeconds: 900,
    }
  },
})
