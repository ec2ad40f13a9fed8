import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Accepted } from './accepted.ts'
import { type Delivered, eventsFormat, type Format } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'

/**
 * Answers that come in several results, or to clients that take nothing else, are handed to the edge to be sent one by
 * one; Yoga writes the others. Whatever changes results stands before it in the list of plugins.
 */
export function useDelivery(): Plugin<EdgeContext, EdgeContext> {
  const subscriptions = new WeakSet<Request>()
  return {
    onSubscribe({ args }) {
      subscriptions.add(args.contextValue.request)
    },
    onResultProcess({ result, setResultProcessor, serverContext, request }) {
      const { accepted } = serverContext
      const isEndless = subscriptions.has(request)
      const format = isEndless ? formatOfLive(result, accepted) : formatOf(result, accepted)
      if (format === null) return
      serverContext.streamed = { format, results: resultsOf(result), isEndless }
      setResultProcessor((_, { Response }) => new Response(null), request.headers.get('accept') ?? '*/*')
    },
  }
}

/** Null where the answer is one JSON text. What was refused before anything was asked is told by its status, in JSON. */
function formatOf(result: object, { parts, whole }: Accepted): Format | null {
  if (Symbol.asyncIterator in result) return parts
  return 'data' in result ? whole : null
}

/** Of a subscription there are events and nothing else, whatever else its client takes. */
function formatOfLive(result: object, accepted: Accepted): Format | null {
  return Symbol.asyncIterator in result ? eventsFormat : formatOf(result, accepted)
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
