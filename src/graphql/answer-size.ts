import { GraphQLError } from 'graphql'
import { TesseraError } from '../errors.ts'

/**
 * How large an answer has become: about the bytes of its JSON, in all of its parts. It is counted as its fields resolve,
 * so that one that is too large is never made.
 */
export interface AnswerSize {
  /** @throws QUERY_TOO_LARGE, of the answer as a whole */
  add(bytes: number): void
  /** Aborts with the error when the answer is too large. */
  readonly exceeded: AbortSignal
  /** Of another answer with the same bound, such as a subscription's next one. */
  anew(): AnswerSize
}

export function createAnswerSize(bytesMax: number): AnswerSize {
  const exceeded = new AbortController()
  let bytes = 0
  return Object.freeze({
    add(more: number) {
      bytes += more
      if (bytes <= bytesMax) return
      const error = new TesseraError('QUERY_TOO_LARGE', {
        expected: `an answer of at most ${bytesMax} bytes`,
      })
      exceeded.abort(error)
      // Ends the execution, also inside of fields that may be null: each row would fail by itself otherwise.
      throw new GraphQLError(error.message, { originalError: error, extensions: { CRITICAL_ERROR: true } })
    },
    exceeded: exceeded.signal,
    anew: () => createAnswerSize(bytesMax),
  })
}

/** Of what a field of scalars resolves to: about the length of its JSON. */
export function jsonLength(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length + 3
    case 'object':
      return value === null ? 5 : Array.isArray(value) ? listLength(value) : membersLength(value)
    default:
      return 9
  }
}

function listLength(items: readonly unknown[]): number {
  let length = 3
  for (const item of items) length += jsonLength(item)
  return length
}

function membersLength(value: object): number {
  let length = 3
  for (const [name, member] of Object.entries(value)) length += name.length + 3 + jsonLength(member)
  return length
}

/** Of braces and the name of a type; what its fields hold they say themselves. */
const shellLength = 25

/** Of what a field of objects resolves to. */
export function shellsLength(value: unknown): number {
  return Array.isArray(value) ? value.length * shellLength : shellLength
}
