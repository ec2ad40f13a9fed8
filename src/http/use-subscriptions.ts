import { execute } from '@graphql-tools/executor'
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
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

/** By the executor of all other answers: an answer that is too large ends it, whatever may be null. */
async function resolved(args: ExecutionArgs, event: LiveEvent): Promise<ExecutionResult> {
  const { context } = event
  const result = await execute({ ...args, rootValue: event, contextValue: context })
  if ('initialResult' in result) throw new TesseraError('INTERNAL')
  const { exceeded } = context.answerSize
  if (!exceeded.aborted) return result
  // So that its reader is told of which question it is.
  const outcome = { ...event.outcome, kind: 'failure', error: exceeded.reason } as const
  const { answerSize } = context
  return resolved(args, { ...event, outcome, context: { ...context, answerSize: answerSize.anew() } })
}

/** The fields of the schema return nothing else. */
function isLiveEvent(event: unknown): event is LiveEvent {
  return typeof event === 'object' && event !== null && 'outcome' in event && 'context' in event
}
