import { isEmptyAnswer } from './answers.ts'
import { aroundIt, joinedTo, parts } from './around-locks.ts'
import { type Check, type Finding, shortened } from './attempt.ts'
import type { Reply } from './client.ts'
import { askAs, type Context, type Visitor } from './context.ts'
import { fingerprint, isObject, listAt } from './json.ts'
import { findingOf, foreignValues, judgeWithoutData, sample, type Verdict } from './judge.ts'
import { type Lock, outsideOf } from './lock.ts'
import { type Question, withFilters } from './question.ts'

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
