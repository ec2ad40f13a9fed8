import type { Check, Finding } from './attempt.ts'
import type { Reply } from './client.ts'
import { askAs, type Context, tellingQuestions, type Visitor } from './context.ts'
import { isObject } from './json.ts'
import { findingOf, judgeAgainstBaseline } from './judge.ts'
import { askedTwice, type Question } from './question.ts'

/**
 * The same questions at the same time by both tenants, again at once, by GET, and under several names in one request: what
 * a cache, a batch or a connection that forgets who asks would mix up.
 */
export function repetitionChecks(context: Context): readonly Check[] {
  return tellingQuestions(context).map((question) => ({
    what: question.what,
    run: async () => [
      ...(await interleaved(context, question)),
      ...(await byGet(context, question)),
      ...(await aliased(context, question)),
    ],
  }))
}

async function interleaved(context: Context, question: Question): Promise<readonly Finding[]> {
  const [a, b] = context.visitors
  const told = await Promise.all(
    [a, b, a, b].map(async (visitor) => [visitor, await askAs(context, visitor, question)] as const),
  )
  return Promise.all(
    told.map(([visitor, reply]) => held(context, question, visitor, reply, 'at the same time')),
  )
}

async function byGet(context: Context, question: Question): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const visitor of context.visitors) {
    const reply = await askAs(context, visitor, question, { method: 'GET' })
    // A long question need not fit into an address.
    if (reply.status !== 414 && reply.status !== 431) {
      findings.push(await held(context, question, visitor, reply, 'by GET'))
    }
  }
  return findings
}

async function aliased(context: Context, question: Question): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const { query, variables } = askedTwice(question)
  const [name = ''] = question.field.split('(', 1)
  for (const visitor of context.visitors) {
    const reply = await context.client.ask(visitor.token, query, variables)
    const members = isObject(reply.data) ? Object.values(reply.data) : [null]
    for (const member of members) {
      const one = { ...reply, data: reply.data === null ? null : { [name]: member } }
      findings.push(await held(context, question, visitor, one, 'under two names in one request'))
    }
  }
  return findings
}

async function held(
  context: Context,
  question: Question,
  visitor: Visitor,
  reply: Reply,
  how: string,
): Promise<Finding> {
  const verdict = await judgeAgainstBaseline(context, question, visitor, reply)
  return findingOf(`${question.what}, ${how}`, verdict, visitor, question)
}
