import { isEmptyAnswer, rowsIn } from './answers.ts'
import type { Check, Finding } from './attempt.ts'
import type { Reply } from './client.ts'
import { askAs, bothWays, type Context, tellingQuestions, type Visitor } from './context.ts'
import { isObject, listAt, objectAt, textAt, valueAt } from './json.ts'
import { findingOf, foreignValues, judgeWithoutData, type Verdict } from './judge.ts'
import type { Question } from './question.ts'

/** Places in another's records, in one's own, and bent ones: whatever page follows, it is of the asker's own rows. */
export function cursorChecks(context: Context): readonly Check[] {
  const questions = tellingQuestions(context).filter(({ kind }) => kind === 'records' || kind === 'drillDown')
  return bothWays(context).flatMap(([self, other]) =>
    questions.flatMap((question) => [
      ownPageCheck(context, question, self),
      othersCursorCheck(context, question, self, other),
      ...(question === firstOfKind(questions, question)
        ? [bentCursorCheck(context, question, self, other)]
        : []),
    ]),
  )
}

function firstOfKind(questions: readonly Question[], { kind, dataset }: Question): Question | undefined {
  return questions.find((question) => question.kind === kind && question.dataset === dataset)
}

function pageOf(question: Question, variables: Readonly<Record<string, unknown>>): Question {
  return { ...question, variables: { ...question.variables, ...variables } }
}

/** Of `records`, or of `widget.drillDown`. */
function connectionIn(data: unknown): unknown {
  return valueAt(data, 'records') ?? valueAt(data, 'widget', 'drillDown')
}

function cursorsIn(reply: Reply | undefined): readonly string[] {
  return listAt(connectionIn(reply?.data), 'edges').flatMap((edge) => textAt(edge, 'cursor') ?? [])
}

function nodesIn(data: unknown): readonly string[] {
  return listAt(connectionIn(data), 'edges').map((edge) => JSON.stringify(isObject(edge) ? edge.node : null))
}

/** The page after a place within the first one begins with the rest of the first one. */
function ownPageCheck(context: Context, question: Question, self: Visitor): Check {
  const what = `${question.what}, after an own place`
  return {
    what,
    run: async () => {
      const first = context.baselines.get(question)?.replies.get(self)
      const cursors = cursorsIn(first)
      const middle = Math.floor(cursors.length / 2)
      const cursor = cursors[middle]
      if (first === undefined || cursor === undefined) return []
      const next = pageOf(question, { after: cursor })
      const reply = await askAs(context, self, next)
      const expected = nodesIn(first.data).slice(middle + 1)
      const verdict = judgeRows(context, next, self, reply)
      if (verdict.outcome !== 'own' && verdict.outcome !== 'empty')
        return [findingOf(what, verdict, self, next)]
      const told = nodesIn(reply.data).slice(0, expected.length)
      if (JSON.stringify(told) === JSON.stringify(expected)) return [findingOf(what, verdict, self, next)]
      return [findingOf(what, await judgeOtherPage(context, { question, self, cursor, told }), self, next)]
    },
  }
}

interface OtherPage {
  readonly question: Question
  readonly self: Visitor
  readonly cursor: string
  readonly told: readonly string[]
}

/** It is not what the tenant was shown before: rows that came in meanwhile, or somebody else's. */
async function judgeOtherPage(
  context: Context,
  { question, self, cursor, told }: OtherPage,
): Promise<Verdict> {
  const other = context.visitors.find((visitor) => visitor !== self)
  if (other === undefined) return { outcome: 'inconclusive' }
  const theirs = await askAs(context, other, pageOf(question, { after: cursor }))
  const known = new Set([
    ...nodesIn(theirs.data),
    ...nodesIn(context.baselines.get(question)?.replies.get(other)?.data),
  ])
  const again = await askAs(context, self, question)
  const own = new Set(nodesIn(again.data))
  const strange = told.filter((row) => known.has(row) && !own.has(row))
  if (strange.length > 0) {
    return { outcome: 'crossed', reason: `rows of ${other.tenantId}`, values: strange.slice(0, 5) }
  }
  return { outcome: 'inconclusive', reason: 'not the rows that followed before; some may have come in' }
}

function othersCursorCheck(context: Context, question: Question, self: Visitor, other: Visitor): Check {
  const what = `${question.what}, after a place of ${other.tenantId}`
  return {
    what,
    run: async () => {
      const theirs = context.baselines.get(question)?.replies.get(other)
      const cursors = cursorsIn(theirs)
      const findings: Finding[] = []
      for (const cursor of [cursors[0], cursors[cursors.length - 1]]) {
        if (cursor === undefined) continue
        const next = pageOf(question, { after: cursor })
        const reply = await askAs(context, self, next)
        const following = await askAs(context, other, next)
        findings.push(findingOf(what, judgeRows(context, next, self, reply, following), self, next))
      }
      return findings
    },
  }
}

/** By the tenant column where it shows, and else by whether it is the very page that the other gets there. */
function judgeRows(
  context: Context,
  question: Question,
  self: Visitor,
  reply: Reply,
  following?: Reply,
): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const foreign = foreignValues(context, question, reply.data, self.tenantId)
  if (foreign.length > 0) return { outcome: 'crossed', reason: "another tenant's rows", values: foreign }
  if (isEmptyAnswer(objectAt(reply.data))) return { outcome: 'empty' }
  if (following === undefined) return { outcome: 'own' }
  const rows = nodesIn(reply.data)
  const theirs = nodesIn(following.data)
  if (JSON.stringify(rows) !== JSON.stringify(theirs)) return { outcome: 'own' }
  // One column alone may well go on in the same way for both.
  const isTelling = question.kind === 'drillDown' || question.dimensions.length > 2
  if (!isTelling) return { outcome: 'inconclusive', reason: 'both go on with the same values from there' }
  return {
    outcome: 'crossed',
    reason: 'exactly the rows of the other',
    values: rowsIn(reply.data).slice(0, 3),
  }
}

/** Never an error of the server's, and never another's rows. */
function bentCursorCheck(context: Context, question: Question, self: Visitor, other: Visitor): Check {
  const what = `${question.what}, after a bent place`
  return {
    what,
    run: async () => {
      const [cursor] = cursorsIn(context.baselines.get(question)?.replies.get(self))
      if (cursor === undefined) return []
      const findings: Finding[] = []
      for (const after of bentCursors(cursor, self, other)) {
        const next = pageOf(question, { after })
        const reply = await askAs(context, self, next)
        findings.push(findingOf(what, judgeRows(context, next, self, reply), self, next))
      }
      return findings
    },
  }
}

function bentCursors(cursor: string, self: Visitor, other: Visitor): readonly string[] {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const encode = (changed: string) => Buffer.from(changed).toString('base64url')
  return [
    '',
    '0',
    cursor.slice(0, -5),
    cursor.slice(1),
    `${cursor}AAAA`,
    text,
    encode(text.replaceAll(self.tenantId, other.tenantId)),
    encode(text.replaceAll(/\d+/g, '-1')),
    encode(text.replaceAll(/\d+/g, '1e308')),
    encode(text.replaceAll(/"[^"]*"/g, '"\' OR 1=1 --"')),
    encode('null'),
    encode('[]'),
    encode('{"tenant":"*"}'),
    encode('[['.repeat(2_000)),
    Buffer.from([0xff, 0x00, 0xfe]).toString('base64url'),
    'A'.repeat(25_000),
  ]
}
