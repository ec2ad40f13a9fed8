import { errorsIn } from './answer.ts'
import { appendedAt, mergedAt } from './merge.ts'
import { isObject, type JsonObject } from './object.ts'
import type { TesseraError } from './tessera-error.ts'

export interface IncrementalState {
  readonly data: unknown
  readonly errors: readonly TesseraError[]
  readonly hasNext: boolean
}

/** The state after the first part of an answer. */
export function firstState(answer: JsonObject): IncrementalState {
  return { data: answer.data ?? null, errors: errorsIn(answer), hasNext: answer.hasNext === true }
}

/** The state after one more part: a new object, with what did not change shared. */
export function nextState(state: IncrementalState, payload: JsonObject): IncrementalState {
  const parts = Array.isArray(payload.incremental) ? payload.incremental.filter(isObject) : []
  return {
    data: parts.reduce<unknown>(withPart, state.data),
    errors: [...state.errors, ...errorsIn(payload), ...parts.flatMap(errorsIn)],
    hasNext: payload.hasNext === true,
  }
}

function withPart(data: unknown, { path, items, data: part }: JsonObject): unknown {
  const place = Array.isArray(path)
    ? path.filter((key) => typeof key === 'string' || typeof key === 'number')
    : []
  if (Array.isArray(items)) return appendedAt(data, place, items)
  // A part that failed as a whole is null and leaves what it would have added away.
  return isObject(part) ? mergedAt(data, place, part) : data
}
