import { z } from 'zod'
import type { SiteApi } from './site.ts'

const document = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token } }'
const answerSchema = z.object({ data: z.object({ createGuestToken: z.object({ token: z.string() }) }) })

/** Asks over HTTP with an API key, as any other backend does. */
export function siteApi(url: string, apiKey: string): SiteApi {
  return {
    url,
    mint: async (input) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query: document, variables: { input } }),
      })
      return answerSchema.parse(await response.json()).data.createGuestToken.token
    },
  }
}
