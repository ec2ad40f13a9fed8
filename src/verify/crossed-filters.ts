import { isEmptyAnswer } from './answers.ts'
import type { Check, Finding } from './attempt.ts'
import { askAs, bothWays, type Context, tellingQuestions, type Visitor } from './context.ts'
import { fingerprint, isObject, listAt, valueAt } from './json.ts'
import {
  findingOf,
  judgeAgainstBaseline,
  judgeEmpty,
  judgeWithoutData,
  sample,
  type Verdict,
} from './judge.ts'
import { type Filter, type Question, withFilters } from './question.ts'
import { adHoc } from './questions.ts'

/** Filters by which a tenant asks for another's rows: by the tenant column, and by what only the other one has. */
export function crossedFilterChecks(context: Context): readonly Check[] {
  return bothWays(context).flatMap(([self, other]) => [
    ...byTenant(context, self, other),
    ...byValue(context, self, other),
  ])
}

interface CrossedFilter {
  readonly what: string
  readonly filter: Filter
  /** What is left of the tenant's own rows: none or all; null where the engine's order decides. */
  readonly leaves: 'none' | 'all' | null
}

function crossedFilters(dimension: string, self: string, other: string): readonly CrossedFilter[] {
  const test = (operator: string, ...values: readonly string[]): Filter => ({ dimension, operator, values })
  const known = { operator: 'IS_NOT_NULL', dimension, values: [] }
  const containsOther = self.includes(other)
  return [
    { what: 'is the other', filter: test('EQUALS', other), leaves: 'none' },
    { what: 'is the other or anything', filter: { or: [test('EQUALS', other), known] }, leaves: 'all' },
    { what: 'is either', filter: test('EQUALS', self, other), leaves: 'all' },
    { what: 'is not itself', filter: { not: test('EQUALS', self) }, leaves: 'none' },
    { what: 'not equal to itself', filter: test('NOT_EQUALS', self), leaves: 'none' },
    { what: 'not not the other', filter: { not: { not: test('EQUALS', other) } }, leaves: 'none' },
    { what: 'not equal to the other', filter: test('NOT_EQUALS', other), leaves: 'all' },
    {
      what: 'either and not itself',
      filter: { and: [test('EQUALS', self, other), { not: test('EQUALS', self) }] },
      leaves: 'none',
    },
    {
      what: 'starts like the other',
      filter: test('STARTS_WITH', other),
      leaves: containsOther ? null : 'none',
    },
    { what: 'contains the other', filter: test('CONTAINS', other), leaves: containsOther ? null : 'none' },
    { what: 'ends like the other', filter: test('ENDS_WITH', other), leaves: containsOther ? null : 'none' },
    { what: 'from the other on', filter: test('GREATER_THAN_OR_EQUALS', other), leaves: null },
    { what: 'SQL behind a quote', filter: test('EQUALS', `${other}' OR '1'='1`), leaves: 'none' },
    { what: 'SQL behind a backslash', filter: test('EQUALS', `\\' OR 1=1 --`), leaves: 'none' },
  ]
}

function byTenant(context: Context, self: Visitor, other: Visitor): readonly Check[] {
  const seen = new Set<string>()
  return tellingQuestions(context).flatMap((question) => {
    const dimensions = [...context.owned]
      .filter(([path, { nullable }]) => path.startsWith(`${question.dataset}.`) && !nullable)
      .map(([path]) => path.slice(path.indexOf('.') + 1))
    return dimensions.flatMap((dimension) => {
      const filters = crossedFilters(dimension, self.tenantId, other.tenantId)
      const sort = `${question.dataset} ${question.kind} ${dimension}`
      // All forms once for each kind of question, and the two plainest for every question.
      const tried = seen.has(sort) ? filters.slice(0, 2) : filters
      seen.add(sort)
      return tried.map((filter) => crossedCheck(context, question, { self, dimension, filter }))
    })
  })
}

function crossedCheck(
  context: Context,
  question: Question,
  { self, dimension, filter }: { self: Visitor; dimension: string; filter: CrossedFilter },
): Check {
  const what = `${question.what}, ${dimension} ${filter.what}`
  return {
    what,
    run: async () => {
      const narrowed = withFilters(question, [filter.filter])
      if (narrowed === null) return []
      const reply = await askAs(context, self, narrowed)
      return [findingOf(what, await judge(), self, narrowed)]

      async function judge(): Promise<Verdict> {
        if (narrowed !== null && filter.leaves === 'none') return judgeEmpty(context, narrowed, self, reply)
        const verdict = await judgeAgainstBaseline(context, question, self, reply)
        const isNarrowed = filter.leaves === null && verdict.outcome === 'inconclusive'
        return isNarrowed ? { outcome: 'own', reason: 'some of its own rows' } : verdict
      }
    },
  }
}

/** How often each value of a dimension occurs, as far as the tenant was told. */
interface Counts {
  readonly of: ReadonlyMap<string, number>
  readonly isComplete: boolean
}

function countsOf(context: Context, question: Question, visitor: Visitor): Counts {
  const reply = context.baselines.get(question)?.replies.get(visitor)
  const values = listAt(reply?.data, 'topValues', 'values').filter(isObject)
  const of = new Map(values.map(({ value, count }) => [JSON.stringify(value), Number(count)]))
  return { of, isComplete: values.length < Number(valueAt(question.variables, 'input', 'limit')) }
}

/** As one tenant, by values that only the other has and by one that both have. */
function byValue(context: Context, self: Visitor, other: Visitor): readonly Check[] {
  return tellingQuestions(context)
    .filter(({ kind }) => kind === 'topValues')
    .map((question) => {
      const what = `${question.what}, by values of ${other.tenantId}`
      return { what, run: () => askByValues(context, question, { what, self, other }) }
    })
}

async function askByValues(
  context: Context,
  question: Question,
  { what, self, other }: { what: string; self: Visitor; other: Visitor },
): Promise<readonly Finding[]> {
  const own = countsOf(context, question, self)
  const theirs = [...countsOf(context, question, other).of.keys()].filter((value) => value !== 'null')
  const strange = theirs.filter((value) => !own.of.has(value)).slice(0, 20)
  const common = theirs.filter((value) => own.of.has(value)).slice(0, 1)
  const asked = [
    ...(own.isComplete ? strange.map((value) => [value]).slice(0, 3) : []),
    [...strange, ...common],
  ]
  const findings: Finding[] = []
  for (const values of asked.filter((list) => list.length > 0)) {
    const filter = {
      dimension: question.dimensions[0],
      operator: 'EQUALS',
      values: values.map((value): unknown => JSON.parse(value)),
    }
    const narrowed = withFilters(question, [filter])
    if (narrowed === null) continue
    const reply = await askAs(context, self, narrowed)
    findings.push(findingOf(what, judgeCounts(reply, own), self, narrowed))
  }
  return [...findings, ...(await countedByValues(context, question, { what, self, own, strange }))]
}

function judgeCounts(reply: Parameters<typeof judgeWithoutData>[0], own: Counts): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  if (isEmptyAnswer(reply.data)) return { outcome: 'empty' }
  const strange = listAt(reply.data, 'topValues', 'values')
    .filter(isObject)
    .filter(({ value, count }) => {
      const known = own.of.get(JSON.stringify(value))
      return known === undefined ? own.isComplete : known < Number(count)
    })
  if (strange.length === 0) return { outcome: 'own' }
  return {
    outcome: 'crossed',
    reason: 'more than the tenant has',
    values: strange.map((entry) => fingerprint(entry)).slice(0, 5),
  }
}

/** The figures of rows that the tenant does not have. */
async function countedByValues(
  context: Context,
  { dataset, dimensions }: Question,
  { what, self, own, strange }: { what: string; self: Visitor; own: Counts; strange: readonly string[] },
): Promise<readonly Finding[]> {
  const [dimension] = dimensions
  if (dataset === null || !own.isComplete || strange.length === 0) return []
  const metrics = context.catalogue.datasets.find(({ name }) => name === dataset)?.metrics ?? []
  const values = strange.map((value): unknown => JSON.parse(value))
  const filters = [{ dimension, operator: 'EQUALS', values }]
  const findings: Finding[] = []
  for (const { name } of metrics) {
    const counter = adHoc('counter', dataset, { metric: name, filters }, { metrics: [name] })
    const reply = await askAs(context, self, counter)
    const verdict =
      judgeWithoutData(reply) ?? (isEmptyAnswer(reply.data) ? { outcome: 'empty' as const } : null)
    const crossed = {
      outcome: 'crossed' as const,
      reason: 'figures of others’ rows',
      values: sample(reply.data),
    }
    findings.push(findingOf(`${name}, ${what}`, verdict ?? crossed, self, counter))
  }
  return findings
}
