import { shortened } from './attempt.ts'
import type { CatalogueDataset } from './catalogue.ts'
import type { Reply } from './client.ts'
import type { Context } from './context.ts'
import { shownBy } from './judge.ts'
import type { Question } from './question.ts'

/** A token of the first tenant whose rows are fixed to one value of one dimension, and what may be seen then. */
export interface Lock {
  readonly dataset: CatalogueDataset
  readonly dimension: string
  readonly value: unknown
  readonly what: string
  /** Which share of the questions is asked under it. */
  readonly turn: number
}

interface Outside {
  readonly question: Question
  readonly reply: Reply
  readonly path: string
  readonly lock: Lock
}

/** Values of the locked dimension, or of one that shows it by a join, that the lock should have hidden. */
export function outsideOf(context: Context, { question, reply, path, lock }: Outside): readonly string[] {
  const strange = shownBy(context, question, reply.data).filter(
    // The rest of a ranking and a joined row that is hidden have no value.
    ({ dimension, value }) => dimension === path && value !== null && value !== lock.value,
  )
  return [...new Set(strange.map(({ value }) => `${path} = ${shortened(value)}`))].slice(0, 20)
}
