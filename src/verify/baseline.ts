import { randomBytes } from 'node:crypto'
import { isEmptyAnswer } from './answers.ts'
import type { Check, Finding } from './attempt.ts'
import type { Reply } from './client.ts'
import type { Baseline, Context, Visitor } from './context.ts'
import { fingerprint } from './json.ts'
import { findingOf, foreignValues, judgeWithoutData, sample, type Verdict } from './judge.ts'
import { asked, type Question } from './question.ts'

/**
 * Every question, asked by each tenant for itself and in turns. What they are told is what all later answers are held
 * against, so nothing else runs meanwhile, and it must not be another's already.
 */
export function baselineChecks(context: Context): readonly Check[] {
  return context.questions.map((question) => ({
    what: question.what,
    run: () => askInTurns(context, question),
  }))
}

async function askInTurns(context: Context, question: Question): Promise<readonly Finding[]> {
  const { visitors } = context
  const [a, b] = visitors
  const replies: [Visitor, Reply][] = []
  for (const visitor of [a, b, a, b]) replies.push([visitor, await askAlone(context, visitor, question)])
  const baseline = baselineOf(replies)
  context.baselines.set(question, baseline)
  return visitors.map((visitor) => {
    const own = replies.filter(([asker]) => asker === visitor).map(([, reply]) => reply)
    const others = replies.filter(([asker]) => asker !== visitor).map(([, reply]) => reply)
    return findingOf(
      question.what,
      judge(context, { question, visitor, own, others, baseline }),
      visitor,
      question,
    )
  })
}

/** In an operation whose name no other request has: a cache by the text of the request has no answer to it. */
function askAlone({ client }: Context, visitor: Visitor, question: Question): Promise<Reply> {
  const { query, variables } = asked(question, `Own${randomBytes(8).toString('hex')}`)
  return client.ask(visitor.token, query, variables)
}

function baselineOf(replies: readonly (readonly [Visitor, Reply])[]): Baseline {
  const byVisitor = new Map<Visitor, Reply>(replies)
  const told = (visitor: Visitor) =>
    new Set(replies.filter(([asker]) => asker === visitor).map(([, { data }]) => fingerprint(data)))
  const each = [...byVisitor.keys()].map(told)
  return {
    replies: byVisitor,
    steady: each.every(({ size }) => size === 1),
    differs: new Set(each.flatMap((texts) => [...texts].slice(-1))).size > 1,
  }
}

interface Asking {
  readonly question: Question
  readonly visitor: Visitor
  readonly own: readonly Reply[]
  readonly others: readonly Reply[]
  readonly baseline: Baseline
}

function judge(context: Context, { question, visitor, own, others, baseline }: Asking): Verdict {
  for (const reply of own) {
    const without = judgeWithoutData(reply)
    if (without !== null) return without
    const foreign = foreignValues(context, question, reply.data, visitor.tenantId)
    if (foreign.length > 0) return { outcome: 'crossed', reason: "another tenant's rows", values: foreign }
  }
  const told = own.map(({ data }) => fingerprint(data))
  const theirs = new Set(others.map(({ data }) => fingerprint(data)))
  const [first, second] = told
  const isTheirs = first !== second && told.some((text) => theirs.has(text))
  if (isTheirs && !isEmptyAnswer(own[0]?.data)) {
    return {
      outcome: 'crossed',
      reason: 'once its own answer and once the other’s',
      values: sample(own[0]?.data),
    }
  }
  if (first !== second) return { outcome: 'inconclusive', reason: 'the rows changed between two answers' }
  if (isEmptyAnswer(own[0]?.data)) return { outcome: 'empty' }
  if (!baseline.differs) return { outcome: 'inconclusive', reason: 'both tenants are told the same' }
  return { outcome: 'own' }
}
