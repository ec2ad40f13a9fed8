import { Agent, request } from 'node:http'
import type { BenchServer } from './server.ts'

export interface BenchClient {
  /** The text of an answer without errors. */
  post(url: string, query: string, credential: string): Promise<string>
  mintToken(server: BenchServer, tenantId: string, expiresInSeconds?: number): Promise<string>
  close(): void
}

/** Node's own client with kept connections: `fetch` costs more than what is measured. */
export function openBenchClient(): BenchClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  function post(url: string, query: string, credential: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify({ query })
      const sent = request(
        url,
        {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${credential}`,
          },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () => {
            if (response.statusCode === 200 && !text.includes('"errors"')) resolve(text)
            else reject(new Error(text))
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  return {
    post,
    mintToken: async ({ url, apiKey }, tenantId, expiresInSeconds = 3_600) => {
      const answer = await post(
        `${url}/graphql`,
        `mutation { createGuestToken(input: { tenantId: "${tenantId}", expiresInSeconds: ${expiresInSeconds} }) { token } }`,
        apiKey,
      )
      return JSON.parse(answer).data.createGuestToken.token
    },
    close: () => agent.destroy(),
  }
}
