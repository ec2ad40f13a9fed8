import { createHash } from 'node:crypto'
import type { WidgetAnswer } from '../analytics/answers.ts'
import { TesseraError } from '../errors.ts'
import type { Outcome } from '../graphql/live.ts'

/** Two outcomes of a question with the same digest show the same. */
export const digestPattern = /^[\w-]{16}$/

/** @param key of the question, so that no other's outcome is taken for one that was seen */
export function answered(key: string, answer: WidgetAnswer, model: number): Outcome {
  const digest = shortDigest(key, JSON.stringify(shownOf(answer), plainly))
  return { kind: 'answer', digest, model, answer }
}

export function failed(key: string, error: unknown, model: number | null = null): Outcome {
  const shown = error instanceof TesseraError ? `${error.code} ${error.message}` : 'INTERNAL'
  return { kind: 'failure', digest: shortDigest(key, shown), model, error }
}

/** @param model the version of the one that is in force */
export function isOutdated(outcome: Outcome, model: number): boolean {
  return outcome.model !== null && outcome.model < model
}

/** Whether the credential itself is at an end, for this client or any, and not what was asked with it. */
export function isEnd(error: unknown): boolean {
  return (
    error instanceof TesseraError &&
    ['UNAUTHENTICATED', 'ORIGIN_NOT_ALLOWED', 'WRONG_REGION'].includes(error.code)
  )
}

/** Of an instant that moves with every answer, the buckets that it has passed. */
function shownOf(answer: WidgetAnswer): object {
  if (answer.kind !== 'timeSeries') return answer
  const { completeUntil, labels, ...rest } = answer
  const complete = labels.filter((label) => Date.parse(label) * 1000 <= completeUntil).length
  return { ...rest, labels, complete }
}

/** What an answer cost is none of it; a zone holds each change of its clock. */
function plainly(name: string, value: unknown): unknown {
  if (name === 'stats') return undefined
  return name === 'zone' ? Object(value).name : value
}

function shortDigest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16)
}
