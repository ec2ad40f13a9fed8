import type { ExecutionResult } from 'graphql'

/** Goes out beside a result, not in it: by the id a client says what it saw last. */
export const eventId: unique symbol = Symbol('event id')

/** What is serialized and sent by itself: a whole answer, a part of one, or one of a subscription's. */
export interface Delivered extends ExecutionResult {
  readonly incremental?: readonly ExecutionResult[]
  readonly hasNext?: boolean
  readonly [eventId]?: string
}

/** How results are written one after the other. */
export interface Format {
  readonly contentType: string
  readonly head: string
  part(result: Delivered): string
  /** Says that nothing is missing. */
  readonly tail: string
  /** Says that the connection is alive; null where there is no word for it. */
  readonly heartbeat: string | null
}

/** An answer that is sent while it is still being made. */
export interface Streamed {
  readonly format: Format
  readonly results: AsyncIterable<Delivered>
  /** Whether it goes on until somebody ends it, as a subscription does. */
  readonly isEndless: boolean
}

/** https://github.com/graphql/graphql-over-http/blob/main/rfcs/IncrementalDelivery.md, as its clients read it. */
export const partsFormat: Format = Object.freeze({
  contentType: 'multipart/mixed; boundary="-"; deferSpec=20220824',
  head: '---',
  part: (result: Delivered) => {
    const text = JSON.stringify(result)
    const length = Buffer.byteLength(text)
    return `\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${length}\r\n\r\n${text}\r\n---`
  },
  tail: '--\r\n',
  heartbeat: null,
})

/**
 * Distinct connections mode of https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. It begins with a comment:
 * some clients wait for the first byte before they see the headers.
 */
export const eventsFormat: Format = Object.freeze({
  contentType: 'text/event-stream; charset=utf-8',
  head: ':\n\n',
  part: (result: Delivered) => {
    const id = result[eventId]
    return `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${JSON.stringify(result)}\n\n`
  },
  tail: 'event: complete\ndata:\n\n',
  heartbeat: ':\n\n',
})

/** Of one result after the other; ends what it maps when it is ended. */
export function mapped<From, To>(
  source: AsyncIterable<From>,
  map: (value: From) => To | Promise<To>,
): AsyncIterableIterator<To> {
  const iterator = source[Symbol.asyncIterator]()
  const over = { done: true, value: undefined } as const
  return {
    next: async () => {
      const step = await iterator.next()
      return step.done === true ? over : { done: false, value: await map(step.value) }
    },
    return: async () => {
      await iterator.return?.()
      return over
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
