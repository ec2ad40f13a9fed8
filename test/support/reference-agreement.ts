import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { answerOf } from './reference-answers.ts'
import { modelParts, type Token, token } from './reference-cases.ts'
import { type Question, verdictOn } from './reference-evaluator.ts'
import type { Answer } from './reference-groups.ts'
import { documentOf, type ModelParts } from './reference-model.ts'
import { askPlanner, catalogueOf, plannerFor } from './reference-planner.ts'
import { question } from './reference-questions.ts'

/** One model and one token, and questions that are asked of them at the same time. */
export interface Round extends Sight {
  readonly questions: readonly Question[]
}

export interface Sight {
  readonly parts: ModelParts
  readonly token: Token
}

export const round: fc.Arbitrary<Round> = fc.record({
  parts: modelParts,
  token,
  questions: fc.array(question, { minLength: 1, maxLength: 24, size: 'max' }),
})

export interface Outcome {
  readonly question: Question
  /** What the planner answered, or the code that it refused with. */
  readonly found: Answer | string
  readonly expected: Answer | { readonly refusedWithOneOf: readonly string[] }
}

/** @param inPlanner what the planner is given, where it is not what the reference is given */
export async function outcomesOf(
  { parts, token: own, questions }: Round,
  warehouse: Warehouse,
  inPlanner: Sight = { parts, token: own },
): Promise<readonly Outcome[]> {
  const catalogue = catalogueOf(inPlanner.parts)
  const analytics = plannerFor(inPlanner.token, catalogue, warehouse)
  const viewing = { document: documentOf(parts), ...own }
  return Promise.all(
    questions.map(async (asked) => {
      const verdict = verdictOn(viewing, asked)
      const { reasons } = verdict
      const expected =
        reasons.size > 0 ? { refusedWithOneOf: [...reasons] } : answerOf(viewing, asked, verdict)
      return { question: asked, found: await askPlanner(analytics, asked), expected }
    }),
  )
}

export function agrees({ found, expected }: Outcome): boolean {
  if ('refusedWithOneOf' in expected)
    return typeof found === 'string' && expected.refusedWithOneOf.includes(found)
  return isDeepStrictEqual(found, expected)
}
