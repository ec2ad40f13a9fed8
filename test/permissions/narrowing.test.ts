import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TimeRangeInput } from '../../src/catalogue/inputs.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import type { Sight } from '../support/reference-agreement.ts'
import { modelParts, token } from '../support/reference-cases.ts'
import type { Question } from '../support/reference-evaluator.ts'
import { storedLayer, tokenLayer } from '../support/reference-grants.ts'
import type { Answer } from '../support/reference-groups.ts'
import { type DatasetName, dimensionNames, needingPermission } from '../support/reference-model.ts'
import { rowsBeyond, valuesBeyond, withMoreInToken, withMoreStored } from '../support/reference-narrowing.ts'
import { askPlanner, catalogueOf, plannerFor } from '../support/reference-planner.ts'
import { timeRange } from '../support/reference-questions.ts'
import { caseCount, forAll, timeoutMs } from '../support/reference-runs.ts'
import { visibleNames } from '../support/reference-visible.ts'
import { statements } from '../support/reference-world.ts'
import { openTestEngine } from '../support/warehouse.ts'

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  for (const statement of statements) await engine.execute(statement)
  warehouse = await engine.open('chdb', 6)
})

afterAll(() => engine.close())

/** Each is asked of both sides with several statements. */
const count = Math.ceil(caseCount / 8)

/** Where two sides are compared: all rows of a dataset in a range, and the values of one dimension. */
interface Look {
  readonly dataset: DatasetName
  readonly timeRange: TimeRangeInput | null
  /** A place among the dimensions that the narrower side may name. */
  readonly place: number
}

const look: fc.Arbitrary<Look> = fc
  .constantFrom<DatasetName>('events', 'events', 'cities', 'countries')
  .chain((dataset) =>
    fc.record({
      dataset: fc.constant(dataset),
      timeRange: dataset === 'events' ? fc.oneof(fc.constant(null), timeRange) : fc.constant(null),
      place: fc.nat(8),
    }),
  )

const head = { sight: fc.record({ parts: modelParts, token }), look }

/** What the narrower side is shown and the wider one is not. */
interface Beyond {
  readonly names: readonly string[]
  readonly rows: Answer
  readonly values: Answer
}

const nothing: Beyond = { names: [], rows: [], values: [] }

interface Shown {
  readonly names: ReadonlySet<string>
  readonly ask: (question: Question) => Promise<Answer | string>
}

function shownTo({ parts, token: own }: Sight): Shown {
  const catalogue = catalogueOf(parts)
  const analytics = plannerFor(own, catalogue, warehouse)
  return { names: visibleNames(own, catalogue), ask: (question) => askPlanner(analytics, question) }
}

/** @param isSpared names that the narrower side may have all the same; they are not among the columns then */
async function beyond(
  wide: Sight,
  narrow: Sight,
  { dataset, timeRange: range, place }: Look,
  isSpared: (name: string) => boolean = () => false,
): Promise<Beyond> {
  const [wider, narrower] = [shownTo(wide), shownTo(narrow)]
  const names = [...narrower.names].filter((name) => !wider.names.has(name) && !isSpared(name))
  const columns = dimensionNames[dataset].filter((name) => {
    const listed = `dimension ${dataset}.${name}`
    return narrower.names.has(listed) && !(isSpared(listed) && !wider.names.has(listed))
  })
  const dimension = columns[place % Math.max(1, columns.length)]
  if (dimension === undefined) return { ...nothing, names }
  const about = { dataset, timeRange: range }
  const values = await differing(
    { kind: 'topValues', input: { ...about, dimension, limit: 1000 } },
    [wider, narrower],
    (less, more) => valuesBeyond(dataset, dimension, less, more),
  )
  // Without the column that tells rows apart, there are the counts alone.
  if (columns[0] !== dimensionNames[dataset][0]) return { names, rows: [], values }
  const rows = await differing(
    { kind: 'records', input: { ...about, columns } },
    [wider, narrower],
    (less, more) => rowsBeyond(dataset, columns, less, more),
  )
  return { names, rows, values }
}

let compared = 0

/** A refusal of the narrower side shows nothing; an answer of it where the wider one is refused is all of it beyond. */
async function differing(
  question: Question,
  [wider, narrower]: readonly [Shown, Shown],
  compare: (narrow: Answer, wide: Answer) => Answer,
): Promise<Answer> {
  const less = await narrower.ask(question)
  if (typeof less === 'string') return []
  compared += 1
  const more = await wider.ask(question)
  return typeof more === 'string' ? [[`refused with ${more}`]] : compare(less, more)
}

function withoutPermissions<Layer extends { permissions?: unknown }>({ permissions: _, ...layer }: Layer) {
  return layer
}

const claims = tokenLayer.filter((more) => Object.keys(more).length > 0)

describe('nothing that is added widens', { timeout: timeoutMs }, () => {
  test(`${count} tokens with one more claim see no name, row or value that they did not see without it`, () =>
    forAll(
      fc.record({ ...head, more: claims }),
      async ({ sight, more, look: at }) => {
        expect(await beyond(sight, withMoreInToken(sight, more), at)).toEqual(nothing)
        return 1
      },
      count,
    ))

  test(`${count} roles and policies with one more claim let no name, row or value through that they kept back`, () =>
    forAll(
      fc.record({
        ...head,
        kind: fc.constantFrom('roles' as const, 'policies' as const),
        more: storedLayer.map(withoutPermissions),
      }),
      async ({ sight, kind, more, look: at }) => {
        const named = { ...sight.token.claims, role: 'r', policy: 'p' }
        const wide = { ...sight, token: { ...sight.token, claims: named } }
        expect(await beyond(wide, withMoreStored(wide, kind, more), at)).toEqual(nothing)
        return 1
      },
      count,
    ))

  test(`${count} policies, whatever they claim, let no name, row or value through that the role alone kept back`, () =>
    forAll(
      fc.record(head),
      async ({ sight, look: at }) => {
        const { policy: _, ...alone } = { ...sight.token.claims, role: sight.token.claims.role ?? 'r' }
        const wide = { ...sight, token: { ...sight.token, claims: alone } }
        const narrow = { ...sight, token: { ...sight.token, claims: { ...alone, policy: 'p' } } }
        expect(await beyond(wide, narrow, at)).toEqual(nothing)
        return 1
      },
      count,
    ))

  test(`${count} roles that are given permissions show the members that require them, and no row more`, () =>
    forAll(
      fc.record({ ...head, permissions: fc.subarray(['margin', 'shares', 'sizes'], { minLength: 1 }) }),
      async ({ sight, permissions, look: at }) => {
        const { token: own, parts } = sight
        const [role] = parts.roles.map(withoutPermissions)
        if (role === undefined) throw new Error('There is no role.')
        const as = { ...own, claims: { ...own.claims, role: 'r' } }
        const wide = { token: as, parts: { ...parts, roles: [role] } }
        const narrow = { token: as, parts: { ...parts, roles: [{ ...role, permissions }] } }
        expect(await beyond(wide, narrow, at, (name) => needingPermission.includes(name))).toEqual(nothing)
        return 1
      },
      count,
    ))
})

test('there were answers to compare', () => {
  expect(compared).toBeGreaterThan(count * 2)
})

test('a claim that widened would be found', async () => {
  const lock = { dataset: 'events', dimension: 'region', operator: 'EQUALS', values: ['east'] } as const
  const parts = { rules: { events: [], cities: [], countries: [] }, roles: [], policies: [] }
  const [open, locked] = [{}, { locked_filters: [{ ...lock, values: [...lock.values] }] }].map((own) => ({
    parts,
    token: { tenant: 'a', claims: { allowed_dimensions: ['id', 'region'], ...own } },
  }))
  if (open === undefined || locked === undefined) throw new Error('There are two sides.')
  const at: Look = { dataset: 'events', timeRange: null, place: 1 }
  expect(await beyond(open, locked, at)).toEqual(nothing)
  const { names, rows, values } = await beyond(locked, open, at)
  expect(names).toEqual([])
  expect([...new Set(rows.map(([, region]) => region))].sort()).toEqual(['north', 'south'])
  expect(values.map(([region]) => region).sort()).toEqual(['north', 'south'])
})
