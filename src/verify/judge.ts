import { isEmptyAnswer, rowsIn, type Shown, shownIn } from './answers.ts'
import { type Finding, type Outcome, shortened } from './attempt.ts'
import type { Reply } from './client.ts'
import { askAs, type Context, type Visitor } from './context.ts'
import { fingerprint, isObject, listAt } from './json.ts'
import { asked, type Question, type QuestionKind } from './question.ts'

export interface Verdict {
  readonly outcome: Outcome
  readonly reason?: string
  readonly values?: readonly string[]
}

/** Codes that say that the server failed, and nothing of whether it would have refused. */
const failures = new Set(['INTERNAL', 'WAREHOUSE_UNAVAILABLE', 'QUERY_TIMEOUT'])

/** Of an answer without data: whether it is a refusal or a failure, which could hide a hole. Null where there is data. */
export function judgeWithoutData({ status, code, data, errors, text }: Reply): Verdict | null {
  if (status >= 500 || (code !== null && failures.has(code))) {
    return { outcome: 'failed', reason: `the server failed: ${status} ${code ?? shortened(text)}` }
  }
  if (data !== null && errors.length === 0) return null
  if (data !== null) return null
  if (status >= 400 || errors.length > 0) return { outcome: 'refused', reason: code ?? String(status) }
  return { outcome: 'failed', reason: `not an answer of GraphQL: ${status} ${shortened(text)}` }
}

/** Every value of a dimension that an answer to this question shows, by `dataset.dimension`. */
export function shownBy(context: Context, question: Question, data: unknown): readonly Shown[] {
  const lists = isObject(data) ? Object.values(data) : []
  const [dimension] = question.dimensions
  const listed =
    question.kind === 'topValues' && dimension !== undefined
      ? lists
          .flatMap((list) => listAt(list, 'values'))
          .map((entry) => ({ dimension, value: isObject(entry) ? entry.value : null }))
      : shownIn(data)
  return listed.flatMap(({ dimension: name, value }) => {
    const path = placeOf(context, question, name)
    return path === null ? [] : [{ dimension: path, value }]
  })
}

function placeOf({ model }: Context, { dataset, dashboard }: Question, dimension: string): string | null {
  if (dataset !== null) return `${dataset}.${dimension}`
  const filters = model.dashboards.find(({ name }) => name === dashboard)?.filters ?? []
  const named = filters.find((filter) => filter.dimension === dimension)?.dataset
  const having = model.datasets.filter(({ dimensions }) => dimensions.some(({ name }) => name === dimension))
  const found = named ?? (having.length === 1 ? having[0]?.name : undefined)
  return found === undefined ? null : `${found}.${dimension}`
}

/** Values of tenant dimensions in an answer that are not the asking tenant's. */
export function foreignValues(
  context: Context,
  question: Question,
  data: unknown,
  tenantId: string,
): readonly string[] {
  const foreign = shownBy(context, question, data).filter(({ dimension, value }) => {
    const ownership = context.owned.get(dimension)
    if (ownership === undefined || (value === null && ownership.nullable)) return false
    return String(value) !== tenantId && !(value === null && ranked.has(question.kind))
  })
  return [...new Set(foreign.map(({ dimension, value }) => `${dimension} = ${shortened(value)}`))].slice(
    0,
    20,
  )
}

/** In these the rest beyond the limit is a group without a key. */
const ranked: ReadonlySet<QuestionKind> = new Set(['leaderboard', 'timeSeries', 'widget'])

/**
 * An answer to a question of the baseline, asked again in some other way: it must be what the tenant was told before.
 * Where it isn't, the tenant asks once more by itself, because rows may have come in meanwhile.
 */
export async function judgeAgainstBaseline(
  context: Context,
  question: Question,
  visitor: Visitor,
  reply: Reply,
): Promise<Verdict> {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const foreign = foreignValues(context, question, reply.data, visitor.tenantId)
  if (foreign.length > 0) return { outcome: 'crossed', reason: "another tenant's rows", values: foreign }
  const baseline = context.baselines.get(question)
  const own = baseline?.replies.get(visitor)
  if (baseline === undefined || own === undefined) {
    return { outcome: 'inconclusive', reason: 'the plain question was not answered' }
  }
  const told = fingerprint(reply.data)
  if (told === fingerprint(own.data)) return settled(reply.data, baseline.differs)
  const [other, others] = [...baseline.replies].find(([asker]) => asker !== visitor) ?? []
  if (other !== undefined && others !== undefined && told === fingerprint(others.data)) {
    return {
      outcome: 'crossed',
      reason: `exactly what ${other.tenantId} is told`,
      values: sample(reply.data),
    }
  }
  if (isEmptyAnswer(reply.data)) return { outcome: 'empty' }
  const strange = strangeRows(reply.data, own.data, others?.data)
  const again = await askAs(context, visitor, question)
  if (strange.length < coincidenceMax && fingerprint(again.data) === told) {
    return { outcome: 'own', reason: 'the rows changed meanwhile' }
  }
  if (strange.length > 0) {
    return { outcome: 'crossed', reason: `rows of ${other?.tenantId ?? 'the other tenant'}`, values: strange }
  }
  return { outcome: 'inconclusive', reason: 'not what the tenant was told before, and not the other’s rows' }
}

/** So many rows of two tenants may come to look alike while rows come in. */
const coincidenceMax = 3

/** Rows that the other tenant was told and this one was not. */
function strangeRows(told: unknown, own: unknown, others: unknown): readonly string[] {
  const mine = new Set(rowsIn(own))
  const theirs = new Set(rowsIn(others))
  return rowsIn(told)
    .filter((row) => theirs.has(row) && !mine.has(row) && !isEmptyAnswer(parseRow(row)))
    .slice(0, 5)
    .map((row) => shortened(row))
}

function parseRow(row: string): unknown {
  return JSON.parse(row)
}

function settled(data: unknown, differs: boolean): Verdict {
  if (isEmptyAnswer(data)) return { outcome: 'empty' }
  if (differs) return { outcome: 'own' }
  return { outcome: 'inconclusive', reason: 'both tenants are told the same' }
}

/** Nothing of any row may show. */
export function judgeEmpty(context: Context, question: Question, visitor: Visitor, reply: Reply): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  if (isEmptyAnswer(reply.data)) return { outcome: 'empty' }
  const foreign = foreignValues(context, question, reply.data, visitor.tenantId)
  return {
    outcome: 'crossed',
    reason: 'nothing should have shown',
    values: foreign.length > 0 ? foreign : sample(reply.data),
  }
}

/** What is not granted must be refused or look as if it were not there. */
export function judgeNotGranted(reply: Reply): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const shown = Object.values(reply.data ?? {})
  if (shown.every(isAbsent)) return { outcome: 'refused', reason: 'not there' }
  return { outcome: 'crossed', reason: 'it was not granted', values: sample(reply.data) }
}

function isAbsent(member: unknown): boolean {
  if (member === null) return true
  if (Array.isArray(member)) return member.length === 0
  if (!isObject(member)) return false
  // A stored thing with an empty list of what it holds.
  const members = Object.values(member)
  return members.length > 0 && members.every(isAbsent)
}

export function sample(data: unknown): readonly string[] {
  return [shortened(fingerprint(data), 300)]
}

export function findingOf(
  what: string,
  verdict: Verdict,
  visitor: Visitor,
  question: Question | ReturnType<typeof asked>,
): Finding {
  const shown = 'field' in question ? asked(question) : question
  return { what, ...verdict, asker: visitor.label, asked: shown }
}
