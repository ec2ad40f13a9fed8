import { execute } from '@graphql-tools/executor'
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { TesseraError } from '../errors.ts'
import { withoutDefer } from '../graphql/defer.ts'
import type { LiveEvent } from '../graphql/live.ts'
import { type Delivered, eventId, mapped } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'

/**
 * Answers subscriptions. Each event is resolved with a context of its own, bound when it is sent: the one that the
 * request began with would see the model and the permissions of an hour ago.
 */
export function useSubscriptions(): Plugin<EdgeContext, EdgeContext> {
  return {
    onSubscribe({ args, setSubscribeFn }) {
      if (!args.contextValue.accepted.events) {
        throw new TesseraError('NOT_SUPPORTED', { expected: 'a request that accepts text/event-stream' })
      }
      setSubscribeFn(subscribe)
    },
  }
}

async function subscribe(args: ExecutionArgs): Promise<AsyncIterable<Delivered> | ExecutionResult> {
  const document = withoutDefer(args.document)
  const source = await createSourceEventStream({ ...args, document })
  // What its field refused is an answer, and sent like one; clients of the protocol read no other body.
  if (!(Symbol.asyncIterator in source)) return { data: null, ...source }
  return mapped(source, async (event): Promise<Delivered> => {
    if (!isLiveEvent(event)) throw new TesseraError('INTERNAL')
    const result = await resolved({ ...args, document }, event)
    return event.id === null ? result : { ...result, [eventId]: event.id }
  })
}

/**
 * By the executor of all other answers: an answer that is too large ends it, whatever may be null. It is told as a failure
 * of its question then, so that its reader knows of which; and as one of the whole event where that is too large as well.
 */
async function resolved(args: ExecutionArgs, event: LiveEvent): Promise<ExecutionResult> {
  const result = await resolvedWithin(args, event)
  if (!(result instanceof TesseraError)) return result
  const { outcome, context } = event
  const failure = await resolvedWithin(args, {
    ...event,
    outcome: { ...outcome, kind: 'failure', error: result },
    context: { ...context, answerSize: context.answerSize.anew() },
  })
  if (!(failure instanceof TesseraError)) return failure
  return { data: null, errors: [new GraphQLError(failure.message, { originalError: failure })] }
}

/** @returns the error of an answer that is too large */
async function resolvedWithin(
  args: ExecutionArgs,
  event: LiveEvent,
): Promise<ExecutionResult | TesseraError> {
  const { context } = event
  const result = await execute({ ...args, rootValue: event, contextValue: context })
  if ('initialResult' in result) throw new TesseraError('INTERNAL')
  const { aborted, reason } = context.answerSize.exceeded
  if (!aborted) return result
  return reason instanceof TesseraError ? reason : new TesseraError('INTERNAL')
}

/** The fields of the schema return nothing else. */
function isLiveEvent(event: unknown): event is LiveEvent {
  return typeof event === 'object' && event !== null && 'outcome' in event && 'context' in event
}
