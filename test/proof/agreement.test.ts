import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { answerOf, type ProofAnswer } from '../support/proof-answers.ts'
import type { ProofCase } from '../support/proof-case.ts'
import { proofCase } from '../support/proof-cases.ts'
import { analyticsFor, asked, catalogueOf, scopeFor } from '../support/proof-product.ts'
import { evaluate } from '../support/proof-reference.ts'
import { statements } from '../support/proof-rows.ts'
import { openTestEngine } from '../support/warehouse.ts'

/** Many more: PROOF_CASES=100000 npx vitest run test/proof. Another seed asks others: PROOF_SEED=7. */
const count = Number(process.env.PROOF_CASES ?? 3_000)
const seed = Number(process.env.PROOF_SEED ?? 2001)
const inFlight = 8

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  for (const statement of statements) await engine.execute(statement)
  warehouse = await engine.open('chdb')
})

afterAll(() => engine.close())

function differs(one: ProofAnswer, other: ProofAnswer): boolean {
  if (one.length !== other.length) return true
  return one.some((row, index) => {
    const like = other[index] ?? []
    return row.length !== like.length || row.some((cell, place) => isOther(cell, like[place] ?? null))
  })
}

function isOther(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) > 1e-9
  return one !== other
}

/**
 * What is wrong with a case; null where the product and the reference agree.
 * @param inProduct what the product is asked, where it is not the same
 */
async function disagreement(of: ProofCase, inProduct = of): Promise<string | null> {
  const { reasons, rows } = evaluate(of)
  const { model, token, question } = inProduct
  const catalogue = catalogueOf(model)
  const found = await asked(analyticsFor(scopeFor(token, catalogue), catalogue, warehouse), question)
  if (typeof found === 'string') {
    return reasons.has(found)
      ? null
      : `refused with ${found}, expected ${[...reasons].join(' or ') || 'an answer'}`
  }
  if (reasons.size > 0) return `answered, expected ${[...reasons].join(' or ')}`
  const expected = answerOf(of, rows)
  return differs(found, expected)
    ? `answered ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`
    : null
}

test(
  `${count} generated models, tokens and questions get what a simple evaluator says, or a refusal that it gives too`,
  async () => {
    const outcomes = { answered: 0, refused: 0 }
    const cases = fc.sample(proofCase, { seed, numRuns: count })
    let next = 0
    async function worker(): Promise<void> {
      while (next < cases.length) {
        const of = cases[next++]
        if (of === undefined) return
        const wrong = await disagreement(of)
        if (wrong !== null) throw new Error(`${wrong}\n${JSON.stringify(of)}`)
        outcomes[evaluate(of).reasons.size > 0 ? 'refused' : 'answered'] += 1
      }
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
    // A run in which nearly everything is refused would prove little.
    expect(outcomes.answered + outcomes.refused).toBe(count)
    expect(outcomes.answered).toBeGreaterThan(count / 4)
    expect(outcomes.refused).toBeGreaterThan(count / 10)
  },
  30_000 + count * 40,
)

/** Ways in which a product could fail: each leaves out one wall that the reference keeps. */
const failures: Readonly<Record<string, (of: ProofCase) => ProofCase>> = {
  'locked filters of the token': ({ token, ...of }) => ({
    ...of,
    token: { ...token, grants: { ...token.grants, lockedFilters: undefined } },
  }),
  'row rules of the dataset': ({ model, ...of }) => ({ ...of, model: { ...model, saleRules: [] } }),
  'row rules of the joined dataset': ({ model, ...of }) => ({ ...of, model: { ...model, cityRules: [] } }),
  'the policy': ({ token, ...of }) => ({ ...of, token: { ...token, policy: null } }),
  'the earliest instant': ({ token, ...of }) => ({
    ...of,
    token: { ...token, grants: { ...token.grants, earliest: undefined } },
  }),
  'the tenant': ({ token, ...of }) => ({
    ...of,
    token: { ...token, tenant: token.tenant === 'a' ? 'b' : 'a' },
  }),
}

test.each(Object.keys(failures))('a product that forgot %s would be found out', async (wall) => {
  const forget = failures[wall]
  if (forget === undefined) throw new Error(`There is no ${wall}.`)
  let found = 0
  for (const of of fc.sample(proofCase, { seed, numRuns: 300 })) {
    if ((await disagreement(of, forget(of))) !== null) found += 1
  }
  expect(found).toBeGreaterThan(0)
})
