import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type VisibleCatalogue, visibleCatalogue } from '../../src/analytics/visible.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import type { ProofAnswer } from '../support/proof-answers.ts'
import type { ProofLayer, ProofModel, ProofQuestion, ProofToken } from '../support/proof-case.ts'
import { proofModel, proofQuestion, proofToken, storedGrants, tokenGrants } from '../support/proof-cases.ts'
import { analyticsFor, asked, catalogueOf, scopeFor } from '../support/proof-product.ts'
import { statements } from '../support/proof-rows.ts'
import { openTestEngine } from '../support/warehouse.ts'

/** Many more: PROOF_CASES=100000 npx vitest run test/proof. Another seed asks others: PROOF_SEED=7. */
const count = Math.ceil(Number(process.env.PROOF_CASES ?? 3_000) / 3)
const seed = Number(process.env.PROOF_SEED ?? 2001)
const inFlight = 8

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  for (const statement of statements) await engine.execute(statement)
  warehouse = await engine.open('chdb')
})

afterAll(() => engine.close())

/** The same layer with one claim more; where it has one of that name, both hold. */
function withMore(layer: ProofLayer, more: ProofLayer): ProofLayer {
  const both = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined) =>
    one === undefined || other === undefined ? (one ?? other) : one.filter((name) => other.includes(name))
  const grains = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const
  return {
    datasets: both(layer.datasets, more.datasets),
    allowedDimensions: both(layer.allowedDimensions, more.allowedDimensions),
    allowedMetrics: both(layer.allowedMetrics, more.allowedMetrics),
    permissions: both(layer.permissions, more.permissions),
    lockedFilters: [...(layer.lockedFilters ?? []), ...(more.lockedFilters ?? [])],
    allowedPeriods: both(layer.allowedPeriods, more.allowedPeriods),
    minGranularity: grains.findLast(
      (grain) => grain === layer.minGranularity || grain === more.minGranularity,
    ),
    maxDateRangeDays: Math.min(layer.maxDateRangeDays ?? 1e5, more.maxDateRangeDays ?? 1e5),
    earliest: Math.max(layer.earliest ?? 0, more.earliest ?? 0),
    allowDrillDown: (layer.allowDrillDown ?? true) && (more.allowDrillDown ?? true),
    allowAdHoc: (layer.allowAdHoc ?? true) && (more.allowAdHoc ?? true),
  }
}

interface Seen {
  readonly catalogue: Catalogue
  readonly token: ProofToken
}

/** Everything that a token can find by looking, without asking for figures. */
function listed({ catalogue, token }: Seen): ReadonlySet<string> {
  const visible: VisibleCatalogue = visibleCatalogue(scopeFor(token, catalogue), catalogue)
  const datasets = visible.datasets()
  return new Set([
    ...datasets.map(({ name }) => `dataset ${name}`),
    ...datasets.flatMap((of) => visible.dimensions(of).map(({ name }) => `dimension ${of.name}.${name}`)),
    ...visible.metrics().map(({ name }) => `metric ${name}`),
  ])
}

/** Rows and values can be compared one by one; of figures, only counts grow with the rows. */
const comparable = proofQuestion.filter(
  ({ kind, ...question }) =>
    kind === 'records' ||
    kind === 'topValues' ||
    (kind === 'counter' && 'metrics' in question && question.metrics[0] === 'sold'),
)

async function crossing(wide: Seen, narrow: Seen, question: ProofQuestion): Promise<string | null> {
  const more = [...listed(narrow)].filter((name) => !listed(wide).has(name))
  if (more.length > 0) return `lists ${more.join(', ')}`
  const found = await ask(narrow, question)
  if (typeof found === 'string') return null
  const before = await ask(wide, question)
  if (typeof before === 'string') return `answers what the wider one refuses with ${before}`
  if (question.kind === 'counter')
    return Number(found[0]?.[0]) <= Number(before[0]?.[0]) ? null : 'counts more'
  return question.kind === 'records' ? beyond(found, before) : null
}

/** Rows of one answer that the other has not, each as often as it stands. */
function beyond(found: ProofAnswer, before: ProofAnswer): string | null {
  const left = before.map((row) => JSON.stringify(row))
  for (const row of found.map((one) => JSON.stringify(one))) {
    const at = left.indexOf(row)
    if (at < 0) return `shows ${row}`
    left.splice(at, 1)
  }
  return null
}

function ask({ catalogue, token }: Seen, question: ProofQuestion) {
  return asked(analyticsFor(scopeFor(token, catalogue), catalogue, warehouse), question)
}

async function forAll<Case>(
  of: fc.Arbitrary<Case>,
  check: (one: Case) => Promise<string | null>,
): Promise<void> {
  const cases = fc.sample(of, { seed, numRuns: count })
  let next = 0
  async function worker(): Promise<void> {
    while (next < cases.length) {
      const one = cases[next++]
      if (one === undefined) return
      const wrong = await check(one)
      if (wrong !== null) throw new Error(`${wrong}\n${JSON.stringify(one)}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

const head = { model: proofModel, token: proofToken, question: comparable }

describe('widening is impossible', { timeout: 60_000 + count * 60 }, () => {
  test(`${count} tokens with one more grant see nothing that they did not see without it`, () =>
    forAll(fc.record({ ...head, more: tokenGrants }), ({ model, token, question, more }) => {
      const catalogue = catalogueOf(model)
      const narrow = { ...token, grants: withMore(token.grants, more) }
      return crossing({ catalogue, token }, { catalogue, token: narrow }, question)
    }))

  test(`${count} policies with one more claim let nothing through that they kept back`, () =>
    forAll(fc.record({ ...head, more: storedGrants }), ({ model, token, question, more }) => {
      const asks = { ...token, policy: 'p' } as const
      // What members require is granted by the topmost role or policy: that claim is one of the next test.
      const changed = { ...withMore(model.policy, more), permissions: model.policy.permissions }
      return crossing(
        { catalogue: catalogueOf(model), token: asks },
        { catalogue: catalogueOf({ ...model, policy: changed }), token: asks },
        question,
      )
    }))

  test(`${count} policies, whatever they claim, let nothing through that the role keeps back`, () =>
    forAll(fc.record({ ...head, policy: storedGrants }), ({ model, token, question, policy }) => {
      const asks = { ...token, role: token.role ?? 'r' }
      const changed: ProofModel = { ...model, policy }
      return crossing(
        { catalogue: catalogueOf(changed), token: { ...asks, policy: null } },
        { catalogue: catalogueOf(changed), token: { ...asks, policy: 'p' } },
        question,
      )
    }))
})

test('a grant that widened would be found', async () => {
  const lock = { dataset: 'sales', dimension: 'region', operator: 'EQUALS', values: ['east'] } as const
  const model: ProofModel = { saleRules: [], cityRules: [], role: {}, policy: {} }
  const token: ProofToken = { tenant: 'a', role: null, policy: null, attributes: {}, grants: {} }
  const locked: ProofToken = { ...token, grants: { lockedFilters: [lock], allowedDimensions: ['id'] } }
  const catalogue = catalogueOf(model)
  const about = { dataset: 'sales', range: null, filters: [] } as const
  const records = { ...about, kind: 'records', dimensions: ['id'] } as const
  expect(await crossing({ catalogue, token: locked }, { catalogue, token }, records)).toMatch(
    /^lists dimension sales\./,
  )
  const unlocked: ProofToken = { ...token, grants: { allowedDimensions: ['id'] } }
  expect(await crossing({ catalogue, token: locked }, { catalogue, token: unlocked }, records)).toMatch(
    /^shows \[\d+\]$/,
  )
  const sold = { ...about, kind: 'counter', metrics: ['sold'] } as const
  expect(await crossing({ catalogue, token: locked }, { catalogue, token: unlocked }, sold)).toBe(
    'counts more',
  )
})
