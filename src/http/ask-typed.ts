import { execute, type GraphQLSchema, parse } from 'graphql'
import { TesseraError } from '../errors.ts'
import type { AskTyped } from '../exports/svg.ts'
import type { RequestContext } from '../graphql/context.ts'
import { tesseraErrorIn } from './mask-error.ts'

/**
 * Executes documents of the client's, as their holder and past no rule of a field. They are checked against the schema when
 * they are made.
 */
export function askTyped(schema: GraphQLSchema, contextValue: RequestContext): AskTyped {
  return async (document, variableValues) => {
    const { data, errors } = await execute({
      schema,
      document: parse(document.toString()),
      variableValues,
      contextValue,
    })
    const [error] = errors ?? []
    if (error !== undefined) throw tesseraErrorIn(error) ?? new TesseraError('INTERNAL', { cause: error })
    // As it would have come over the wire.
    return JSON.parse(JSON.stringify(data))
  }
}
