import { GraphQLError, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { TesseraError } from '../errors.ts'
import type { Delivered } from './delivery.ts'
import type { EdgeContext } from './edge-context.ts'

/**
 * Nothing of a query is told past the end of its token. A whole answer is a refusal then, as if it had been asked now; of
 * one in parts the refusal is the last part. Mutations tell what they have done; subscriptions end by themselves.
 */
export function useTokenEnd(): Plugin<EdgeContext, EdgeContext> {
  return {
    onExecute({ args: { contextValue, document, operationName } }) {
      const guest = contextValue.requestContext?.guest ?? null
      if (guest === null || getOperationAST(document, operationName)?.operation !== 'query') return
      return {
        onExecuteDone({ result, setResult }) {
          const { ended } = guest
          if (ended.aborted) setResult({ errors: [refusalBy(ended)] })
          else if (Symbol.asyncIterator in result) setResult(untilEnd(result, ended))
        },
      }
    },
  }
}

const over = { done: true, value: undefined } as const

function untilEnd(results: AsyncIterable<Delivered>, ended: AbortSignal): AsyncIterableIterator<Delivered> {
  const iterator = results[Symbol.asyncIterator]()
  const aborted = new Promise<typeof over>((resolve) => {
    ended.addEventListener('abort', () => resolve(over), { once: true })
  })
  let isOver = false

  async function stop(): Promise<void> {
    isOver = true
    await iterator.return?.()
  }

  return {
    next: async () => {
      if (isOver) return over
      const step = await Promise.race([iterator.next(), aborted])
      if (!ended.aborted) return step
      await stop()
      return { done: false, value: { errors: [refusalBy(ended)], hasNext: false } }
    },
    return: async () => {
      await stop()
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function refusalBy({ reason }: AbortSignal): GraphQLError {
  const originalError = reason instanceof TesseraError ? reason : new TesseraError('UNAUTHENTICATED')
  return new GraphQLError(originalError.message, { originalError })
}
