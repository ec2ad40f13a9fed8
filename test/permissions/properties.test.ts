import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { answerOf } from '../support/reference-answers.ts'
import { modelParts, type Token, token } from '../support/reference-cases.ts'
import { type Question, verdictOn } from '../support/reference-evaluator.ts'
import { documentOf, type ModelParts } from '../support/reference-model.ts'
import { askPlanner, catalogueOf, plannerFor } from '../support/reference-planner.ts'
import { question } from '../support/reference-questions.ts'
import { caseCount, forAll, seed } from '../support/reference-runs.ts'
import { statements } from '../support/reference-world.ts'
import { openTestEngine } from '../support/warehouse.ts'

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  for (const statement of statements) await engine.execute(statement)
  warehouse = await engine.open('chdb', 6)
})

afterAll(() => engine.close())

/** One model and one token, and questions that are asked of them at the same time. */
interface Round {
  readonly parts: ModelParts
  readonly token: Token
  readonly questions: readonly Question[]
}

const round: fc.Arbitrary<Round> = fc.record({
  parts: modelParts,
  token,
  questions: fc.array(question, { minLength: 1, maxLength: 24, size: 'max' }),
})

/** What the planner answers, and what the reference says that it has to. */
async function outcomes({ parts, token: own, questions }: Round) {
  const catalogue = catalogueOf(parts)
  const analytics = plannerFor(own, catalogue, warehouse)
  const viewing = { document: documentOf(parts), ...own }
  return Promise.all(
    questions.map(async (asked) => {
      const verdict = verdictOn(viewing, asked)
      const found = await askPlanner(analytics, asked)
      const expected = verdict.reasons.size > 0 ? [...verdict.reasons] : answerOf(viewing, asked, verdict)
      return { asked, found, expected, isRefused: verdict.reasons.size > 0 }
    }),
  )
}

type Outcome = Awaited<ReturnType<typeof outcomes>>[number]

function agrees({ found, expected, isRefused }: Outcome): boolean {
  if (isRefused) return typeof found === 'string' && expected.some((reason) => reason === found)
  return isDeepStrictEqual(found, expected)
}

interface Tally {
  answered: number
  /** Of these, how many say more than one figure. */
  withRows: number
  readonly refused: Map<string, number>
}

function told({ answered, withRows, refused }: Tally): string {
  const codes = [...refused].sort(([, one], [, other]) => other - one)
  return [
    `Permissions, seed ${seed}: ${answered} answers of the engine agree, ${withRows} of them with rows;`,
    `refused as expected: ${codes.map(([code, count]) => `${count} ${code}`).join(', ')}.`,
  ].join(' ')
}

test(`${caseCount} generated models, tokens and questions: the planner answers or refuses as the reference does`, async () => {
  const tally: Tally = { answered: 0, withRows: 0, refused: new Map() }
  await forAll(round, async (one) => {
    const all = await outcomes(one)
    for (const outcome of all) {
      if (!agrees(outcome)) expect(outcome.found, JSON.stringify(outcome.asked)).toEqual(outcome.expected)
      if (typeof outcome.found === 'string') {
        tally.refused.set(outcome.found, (tally.refused.get(outcome.found) ?? 0) + 1)
      } else {
        tally.answered += 1
        if (outcome.found.length > 1) tally.withRows += 1
      }
    }
    return all.length
  })
  process.stdout.write(`${told(tally)}\n`)
})
