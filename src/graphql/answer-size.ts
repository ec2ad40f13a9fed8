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

/** Of what a field of scalars resolves to: about the bytes of its JSON, and hardly less. */
export function jsonLength(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return textLength(value)
    case 'number':
      return numberLength(value)
    case 'object':
      return value === null ? 5 : Array.isArray(value) ? listLength(value) : membersLength(value)
    default:
      return 9
  }
}

/** In UTF-8, with what JSON writes before letters. Rows may hold any letter, also such that take six bytes. */
function textLength(text: string): number {
  let length = text.length + 3
  for (let index = 0; index < text.length; index += 1) length += extraLength(text.charCodeAt(index))
  return length
}

function extraLength(unit: number): number {
  if (unit >= 0x80) return unit < 0x800 ? 1 : 2
  if (unit >= 0x20) return unit === 0x22 || unit === 0x5c ? 1 : 0
  return unit >= 0x08 && unit <= 0x0d && unit !== 0x0b ? 1 : 5
}

/** By kinds: to write a number down takes ten times as long as this. */
function numberLength(value: number): number {
  const size = Math.abs(value)
  if (Number.isInteger(value)) return size < 1e7 ? 9 : 24
  return size < 1e6 && Number.isInteger(value * 100) ? 12 : 26
}

function listLength(items: readonly unknown[]): number {
  let length = 3
  for (const item of items) length += jsonLength(item)
  return length
}

function membersLength(value: object): number {
  let length = 3
  for (const [name, member] of Object.entries(value)) length += textLength(name) + 1 + jsonLength(member)
  return length
}

/** Of braces and the name of a type; what its fields hold they say themselves. */
const shellLength = 25

/** Of what a field of objects resolves to. */
export function shellsLength(value: unknown): number {
  return Array.isArray(value) ? value.length * shellLength : shellLength
}

/** Of an error with the place of its field, beside that place's names. */
export const errorLength = 300
