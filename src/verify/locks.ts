import { isEmptyAnswer } from './answers.ts'
import { type Check, type Finding, shortened } from './attempt.ts'
import type { CatalogueDataset } from './catalogue.ts'
import type { Reply } from './client.ts'
import { askAs, type Context, type Visitor } from './context.ts'
import { fingerprint, isObject, listAt, valueAt } from './json.ts'
import { findingOf, foreignValues, judgeWithoutData, sample, shownBy, type Verdict } from './judge.ts'
import { adHoc, type Filter, type Question, withFilters } from './questions.ts'

/** A token of the first tenant whose rows are fixed to one value of one dimension, and what may be seen then. */
interface Lock {
  readonly dataset: CatalogueDataset
  readonly dimension: string
  readonly value: unknown
  readonly what: string
  /** Which share of the questions is asked under it. */
  readonly turn: number
}

/**
 * For each dimension: no value outside the lock shows, every answer is that of the same question with the lock as a plain
 * filter, no filter leads around it, and what is locked in and what is locked out make the whole.
 */
export function lockChecks(context: Context): readonly Check[] {
  if (!context.offered.grants.has('lockedFilters')) {
    context.notTried.add('locks: createGuestToken does not offer lockedFilters')
    return []
  }
  return context.catalogue.datasets.flatMap((dataset) =>
    dataset.dimensions
      .filter(({ type }) => type === 'STRING' || type === 'NUMBER')
      .flatMap(({ name }, turn) => lockCheck(context, { dataset, dimension: name, turn })),
  )
}

function lockCheck(
  context: Context,
  { dataset, dimension, turn }: Pick<Lock, 'dataset' | 'dimension' | 'turn'>,
): readonly Check[] {
  const values = valuesOf(context, dataset.name, dimension)
  // Not the most frequent one, if there is a choice: what a lost lock would show differs from it then.
  const value = values[1] ?? values[0]
  if (value === undefined) return []
  const what = `${dataset.name}.${dimension} locked to ${shortened(value, 40)}`
  const lock: Lock = { dataset, dimension, value, what, turn }
  return [{ what, run: () => tryLock(context, lock) }]
}

/** Those that the first tenant was told in the baseline. */
function valuesOf({ questions, baselines, visitors }: Context, dataset: string, dimension: string) {
  const question = questions.find(
    (candidate) =>
      candidate.kind === 'topValues' &&
      candidate.dataset === dataset &&
      candidate.dimensions[0] === dimension,
  )
  const reply = question === undefined ? undefined : baselines.get(question)?.replies.get(visitors[0])
  return listAt(reply?.data, 'topValues', 'values')
    .map((entry) => (isObject(entry) ? entry.value : null))
    .filter((value) => value !== null)
}

async function tryLock(context: Context, lock: Lock): Promise<readonly Finding[]> {
  const { dataset, dimension, value } = lock
  const [tenant] = context.visitors
  const locked = (operator: string) =>
    context.mint(tenant.tenantId, {
      lockedFilters: [{ dataset: dataset.name, dimension, operator, values: [value] }],
    })
  const inside = await locked('EQUALS')
  const outside = await locked('NOT_EQUALS')
  return [
    ...(await everyQuestion(context, lock, inside)),
    ...(await aroundIt(context, lock, inside)),
    ...(await joinedTo(context, lock, inside)),
    ...(await parts(context, lock, inside, outside)),
  ]
}

/** Under a lock every other question is asked, the rest under the next one; and all that show the locked dimension. */
const shares = 2

async function everyQuestion(context: Context, lock: Lock, inside: Visitor): Promise<readonly Finding[]> {
  const [tenant] = context.visitors
  const filter = { dimension: lock.dimension, operator: 'EQUALS', values: [lock.value] }
  const findings: Finding[] = []
  for (const [turn, question] of context.questions.entries()) {
    if (question.dataset !== lock.dataset.name) continue
    const isShown = question.dimensions.includes(lock.dimension)
    if (!isShown && (turn + lock.turn) % shares !== 0) continue
    const reply = await askAs(context, inside, question)
    // Where the dimension itself shows, what it shows is enough.
    const filtered = isShown ? null : withFilters(question, [filter])
    const plain = filtered === null ? null : await askAs(context, tenant, filtered)
    const verdict = judgeLocked(context, { lock, question, reply, plain })
    findings.push(findingOf(`${question.what}, ${lock.what}`, verdict, inside, question))
  }
  return findings
}

interface Locked {
  readonly lock: Lock
  readonly question: Question
  readonly reply: Reply
  /** The same question without the lock and with a filter like it. */
  readonly plain: Reply | null
}

function judgeLocked(context: Context, { lock, question, reply, plain }: Locked): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const [tenant] = context.visitors
  const foreign = foreignValues(context, question, reply.data, tenant.tenantId)
  if (foreign.length > 0) return { outcome: 'crossed', reason: "another tenant's rows", values: foreign }
  const strange = outsideOf(context, {
    question,
    reply,
    path: `${lock.dataset.name}.${lock.dimension}`,
    lock,
  })
  if (strange.length > 0) return { outcome: 'crossed', reason: 'values outside the lock', values: strange }
  const told = fingerprint(reply.data)
  const unlocked = fingerprint(context.baselines.get(question)?.replies.get(tenant)?.data)
  if (plain !== null && plain.data !== null) {
    const expected = fingerprint(plain.data)
    if (told === expected) return { outcome: isEmptyAnswer(reply.data) ? 'empty' : 'own' }
    if (told === unlocked) {
      return { outcome: 'crossed', reason: 'the lock does not hold', values: sample(reply.data) }
    }
    return { outcome: 'inconclusive', reason: 'not what the lock as a plain filter shows' }
  }
  return { outcome: isEmptyAnswer(reply.data) ? 'empty' : 'own' }
}

interface Outside {
  readonly question: Question
  readonly reply: Reply
  readonly path: string
  readonly lock: Lock
}

function outsideOf(context: Context, { question, reply, path, lock }: Outside): readonly string[] {
  const strange = shownBy(context, question, reply.data).filter(
    // The rest of a ranking and a joined row that is hidden have no value.
    ({ dimension, value }) => dimension === path && value !== null && value !== lock.value,
  )
  return [...new Set(strange.map(({ value }) => `${path} = ${shortened(value)}`))].slice(0, 20)
}

/** Filters that would be right if the lock were one more filter of the guest's own. */
async function aroundIt(context: Context, lock: Lock, inside: Visitor): Promise<readonly Finding[]> {
  const { dataset, dimension, value } = lock
  const test = (operator: string): Filter => ({ dimension, operator, values: [value] })
  const known = { dimension, operator: 'IS_NOT_NULL', values: [] }
  const filters: readonly (readonly [string, Filter])[] = [
    ['or anything', { or: [test('EQUALS'), test('NOT_EQUALS'), known] }],
    ['not it', { not: test('EQUALS') }],
    ['not equal to it', test('NOT_EQUALS')],
    ['or nothing', { or: [{ not: { and: [test('EQUALS'), test('NOT_EQUALS')] } }] }],
  ]
  const metric = dataset.metrics[0]?.name
  const top = adHoc(
    'topValues',
    dataset.name,
    { dataset: dataset.name, dimension, limit: 50 },
    { dimensions: [dimension] },
  )
  const counter =
    metric === undefined ? null : adHoc('counter', dataset.name, { metric }, { metrics: [metric] })
  const whole = counter === null ? null : await askAs(context, inside, counter)
  const findings: Finding[] = []
  for (const [how, filter] of filters) {
    for (const question of [top, ...(counter === null ? [] : [counter])]) {
      const narrowed = withFilters(question, [filter])
      if (narrowed === null) continue
      const reply = await askAs(context, inside, narrowed)
      const verdict = judgeAround(context, { lock, question: narrowed, reply, whole })
      findings.push(
        findingOf(`${question.what} around the lock: ${how}, ${lock.what}`, verdict, inside, narrowed),
      )
    }
  }
  return findings
}

interface Around {
  readonly lock: Lock
  readonly question: Question
  readonly reply: Reply
  readonly whole: Reply | null
}

function judgeAround(context: Context, { lock, question, reply, whole }: Around): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const strange = outsideOf(context, {
    question,
    reply,
    path: `${lock.dataset.name}.${lock.dimension}`,
    lock,
  })
  if (strange.length > 0) return { outcome: 'crossed', reason: 'values outside the lock', values: strange }
  if (isEmptyAnswer(reply.data)) return { outcome: 'empty' }
  const figure = valueAt(reply.data, 'counter', 'value')
  const most = valueAt(whole?.data, 'counter', 'value')
  if (question.kind !== 'counter' || figure === most) return { outcome: 'own' }
  return { outcome: 'crossed', reason: 'a figure that is not the locked one', values: [shortened(figure)] }
}

/** Where the locked dataset is joined by others, its columns show the lock's value or none. */
async function joinedTo(context: Context, lock: Lock, inside: Visitor): Promise<readonly Finding[]> {
  const locked = `${lock.dataset.name}.${lock.dimension}`
  const paths = [...context.joined].filter(([, from]) => from === locked).map(([path]) => path)
  const findings: Finding[] = []
  for (const path of paths) {
    const [dataset = '', dimension = ''] = path.split('.')
    const questions = context.questions.filter(
      (question) => question.dataset === dataset && question.dimensions.includes(dimension),
    )
    for (const question of questions) {
      const reply = await askAs(context, inside, question)
      const strange = outsideOf(context, { question, reply, path, lock })
      const verdict: Verdict =
        judgeWithoutData(reply) ??
        (strange.length > 0
          ? { outcome: 'crossed', reason: 'values outside the lock, by a join', values: strange }
          : { outcome: isEmptyAnswer(reply.data) ? 'empty' : 'own' })
      findings.push(findingOf(`${question.what}, joined to ${lock.what}`, verdict, inside, question))
    }
  }
  return findings
}

/** What adds up: inside the lock and outside of it make the whole. */
async function parts(
  context: Context,
  lock: Lock,
  inside: Visitor,
  outside: Visitor,
): Promise<readonly Finding[]> {
  const [tenant] = context.visitors
  const aggregates = context.model.datasets.find(({ name }) => name === lock.dataset.name)?.metrics ?? []
  const counts = aggregates.filter(({ aggregate }) => aggregate === 'count').map(({ name }) => name)
  const findings: Finding[] = []
  for (const { name } of lock.dataset.metrics.filter((metric) => counts.includes(metric.name))) {
    const counter = adHoc('counter', lock.dataset.name, { metric: name }, { metrics: [name] })
    const replies: Reply[] = []
    for (const visitor of [tenant, inside, outside]) replies.push(await askAs(context, visitor, counter))
    const failed = replies.map(judgeWithoutData).find((verdict) => verdict !== null)
    const [whole, within, without] = replies.map(({ data }) => Number(valueAt(data, 'counter', 'value')))
    const sum = (within ?? 0) + (without ?? 0)
    const verdict: Verdict =
      failed ??
      (sum === whole
        ? { outcome: 'own' }
        : {
            outcome: sum > (whole ?? 0) ? 'crossed' : 'inconclusive',
            reason: 'what is locked in and what is locked out do not make the whole',
            values: [`${within} + ${without} ≠ ${whole}`],
          })
    findings.push(findingOf(`${name} in parts, ${lock.what}`, verdict, outside, counter))
  }
  return findings
}
