import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Accepted } from './accepted.ts'
import { type Delivered, eventsFormat, type Format, partsFormat } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'

/**
 * Answers that come in several results, or to clients that take nothing else, are handed to the edge to be sent one by
 * one; Yoga writes the others. Whatever changes results stands before it in the list of plugins.
 */
export function useDelivery(): Plugin<object, EdgeContext> {
  return {
    onResultProcess({ result, setResultProcessor, serverContext, request }) {
      const format = formatOf(result, serverContext.accepted)
      if (format === null) return
      serverContext.streamed = { format, results: resultsOf(result) }
      setResultProcessor((_, { Response }) => new Response(null), request.headers.get('accept') ?? '*/*')
    },
  }
}

/** Null where the answer is one JSON text. What was refused before anything was asked is told by its status, in JSON. */
function formatOf(result: object, { json, parts, events }: Accepted): Format | null {
  if (Symbol.asyncIterator in result) return parts ? partsFormat : eventsFormat
  if (json || !('data' in result)) return null
  return events ? eventsFormat : parts ? partsFormat : null
}

function resultsOf(result: object): AsyncIterable<Delivered> {
  return isIterable(result) ? result : once(result)
}

function isIterable(result: object): result is AsyncIterable<Delivered> {
  return Symbol.asyncIterator in result
}

async function* once(result: ExecutionResult): AsyncGenerator<Delivered> {
  yield result
}
