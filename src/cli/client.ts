import { z } from 'zod'

export interface Connection {
  readonly url: string
  readonly apiKey?: string | undefined
}

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z
          .object({
            requestId: z.string().optional(),
            problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
})

type AnswerError = NonNullable<z.infer<typeof answerSchema>['errors']>[number]

/** The server refused; its own words are the message. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused'
  readonly problems: readonly { readonly path: string; readonly message: string }[]

  constructor({ message, extensions }: AnswerError) {
    super(extensions?.requestId === undefined ? message : `${message} (request ${extensions.requestId})`)
    this.problems = extensions?.problems ?? []
  }
}

/**
 * Runs one operation on a running server.
 * @throws ServerRefused, or an Error that names the address where it can't be reached
 */
export async function runOperation(
  { url, apiKey }: Connection,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  if (apiKey === undefined) throw new Error('Expected an API key: --api-key or TESSERA_API_KEY.')
  const answer = await post(endpointOf(url), apiKey, JSON.stringify({ query, variables }))
  const [error] = answer.errors ?? []
  if (error !== undefined) throw new ServerRefused(error)
  if (answer.data == null) throw new Error(`${url}: the answer holds no data.`)
  return answer.data
}

async function post(endpoint: URL, apiKey: string, body: string): Promise<z.infer<typeof answerSchema>> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }
  try {
    const response = await fetch(endpoint, { method: 'POST', headers, body })
    return answerSchema.parse(await response.json())
  } catch (cause) {
    throw new Error(`${endpoint.href} does not answer like a Tessera server. Is it running there?`, { cause })
  }
}

function endpointOf(url: string): URL {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL('/graphql', url)
  throw new Error(`--url: expected an address such as http://127.0.0.1:4000, not ${JSON.stringify(url)}.`)
}
