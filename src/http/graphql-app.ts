import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Accepted } from './accepted.ts'
import type { Exchange } from './answer.ts'
import type { Streamed } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'
import { useMaskedErrors } from './mask-error.ts'
import { useAudit } from './use-audit.ts'
import { useCosts } from './use-costs.ts'
import { bindCredential, type CredentialOptions, useCredential } from './use-credential.ts'
import { useDefer } from './use-defer.ts'
import { useDelivery } from './use-delivery.ts'
import { type DocumentLimits, defaultDocumentLimits, useLimits } from './use-limits.ts'
import { useSubscriptions } from './use-subscriptions.ts'
import { useTokenEnd } from './use-token-end.ts'

export interface GraphqlOptions extends CredentialOptions {
  readonly schema: GraphQLSchema
  readonly log: Logger
  /** Without it there is neither introspection nor a suggestion of a field's name. */
  readonly introspection: boolean
  readonly limits?: DocumentLimits
}

export const graphqlPath = '/graphql'

export interface Answered {
  readonly answer: Response | Streamed
  /** Whose it is: a tenant's, or an API key's. */
  readonly holder: string
}

/** Answers one request of GraphQL over HTTP. Of a POST it takes the text of the body, already bounded. */
export type GraphqlApp = (
  exchange: Exchange,
  accepted: Accepted,
  body: string | null,
) => Promise<Answered | TesseraError>

export function createGraphqlApp(options: GraphqlOptions): GraphqlApp {
  const { schema, log, introspection, limits = defaultDocumentLimits } = options
  const yoga = createYoga<EdgeContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    plugins: [
      useSubscriptions(),
      useCredential(),
      useCarefulParser(),
      useLimits(limits),
      ...(introspection ? [] : [useNoIntrospection()]),
      useCosts(),
      useDefer(),
      useTokenEnd(),
      useAudit(options),
      useMaskedErrors({ log, hideSuggestions: !introspection }),
      useDelivery(),
    ],
    batching: false,
    multipart: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
    // Errors pass useMaskedErrors, the one place, where the request's id is known.
    maskedErrors: false,
    // The body was read and bounded before: 8,000 instead of 3,400 requests a second.
    maxRequestBodySize: false,
  })

  return async ({ request, response, requestId, address, signal }, accepted, body) => {
    const edge: EdgeContext = {
      requestId,
      signal,
      address,
      // Node would take the first of several and drop the rest; together they make no credential.
      authorization: request.headersDistinct.authorization?.join(', '),
      origin: request.headersDistinct.origin?.join(', '),
      lastEventId: request.headersDistinct['last-event-id']?.join(', '),
      accepted,
      streamed: null,
      caller: null,
      failure: null,
      requestContext: null,
    }
    const refusal = await bindCredential(edge, options)
    if (refusal !== null) return refusal
    // What is refused before it can be streamed is JSON, of the type that tells by the status as well.
    request.headers.accept = accepted.json
    if (body !== null) Object.assign(request, { body })
    const answer = await yoga.handleNodeRequestAndResponse(request, response, edge)
    return { answer: edge.streamed ?? answer, holder: holderOf(edge) }
  }
}

function holderOf({ caller }: EdgeContext): string {
  return JSON.stringify([caller?.environment, caller?.tenantId, caller?.apiKeyId])
}

/** What doesn't parse is said to be wrong without a word of it. */
function useCarefulParser(): Plugin<object, EdgeContext> {
  return {
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser === undefined) return
      setRequestParser(async (request) => {
        try {
          return await requestParser(request)
        } catch {
          const expected = 'JSON: an object with `query` and, where needed, `variables` and `operationName`'
          const { message } = new TesseraError('BAD_USER_INPUT', { expected })
          // There is no document to run, which clients of either media type are told by the status.
          throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } })
        }
      })
    },
  }
}

function useNoIntrospection(): Plugin<object, EdgeContext> {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule)
    },
  }
}
