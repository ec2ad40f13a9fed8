import { isEmptyAnswer } from './answers.ts'
import { type Finding, shortened } from './attempt.ts'
import type { Reply } from './client.ts'
import { askAs, type Context, type Visitor } from './context.ts'
import { valueAt } from './json.ts'
import { findingOf, judgeWithoutData, type Verdict } from './judge.ts'
import { type Lock, outsideOf } from './lock.ts'
import { type Filter, type Question, withFilters } from './question.ts'
import { adHoc } from './questions.ts'

/** Filters that would be right if the lock were one more filter of the guest's own. */
export async function aroundIt(context: Context, lock: Lock, inside: Visitor): Promise<readonly Finding[]> {
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
export async function joinedTo(context: Context, lock: Lock, inside: Visitor): Promise<readonly Finding[]> {
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
export async function parts(
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
