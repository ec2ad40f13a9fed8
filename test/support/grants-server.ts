import { type GrantsModel, grantsModel, grantsTables } from './grants-model.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts'

/** An error as a client sees it, without the request's id and without what the text of the request decides. */
export interface Refused {
  readonly code: unknown
  readonly message: string
  readonly argument?: unknown
  readonly allowed?: unknown
}

export interface GrantsServer extends TestServer {
  /** The data of an answer without errors. */
  data(credential: string, query: string, variables?: object): Promise<Readonly<Record<string, unknown>>>
  /** The one error of an answer. */
  refusal(credential: string, query: string, variables?: object): Promise<Refused>
  /** What the host is told where it asks for a token that it can't have. */
  mintingRefusal(input: object): Promise<Refused>
  apply(model: GrantsModel): Promise<void>
}

/** A server with the orders and customers and their model. */
export async function startGrantsServer(
  model: GrantsModel = grantsModel(),
  options: TestServerOptions = {},
): Promise<GrantsServer> {
  const server = await startTestServer(options)
  for (const statement of grantsTables) await server.execute(statement)

  async function data(credential: string, query: string, variables = {}) {
    const { body } = await server.post(credential, { query, variables })
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
    return Object(body.data)
  }

  async function refusal(credential: string, query: string, variables = {}): Promise<Refused> {
    const { body } = await server.post(credential, { query, variables })
    const [error, ...others] = body.errors ?? []
    if (error === undefined || others.length > 0) throw new Error(`Not one error: ${JSON.stringify(body)}`)
    const { code, argument, allowed } = error.extensions ?? {}
    return {
      code,
      message: error.message,
      ...(argument !== undefined && { argument }),
      ...(allowed !== undefined && { allowed }),
    }
  }

  async function apply(document: GrantsModel): Promise<void> {
    const query = 'mutation ($document: JSONObject!) { applyModel(document: $document) { version } }'
    await data(server.apiKey, query, { document })
  }

  await apply(model)
  return {
    ...server,
    data,
    refusal,
    apply,
    mintingRefusal: (input) =>
      refusal(
        server.apiKey,
        'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token } }',
        { input },
      ),
  }
}
