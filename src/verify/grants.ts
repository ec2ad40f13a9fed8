import { isEmptyAnswer, shownIn } from './answers.ts'
import type { Check, Finding } from './attempt.ts'
import { catalogueQuery, readCatalogue } from './catalogue.ts'
import type { Reply } from './client.ts'
import { askAs, type Context, type Visitor } from './context.ts'
import { type GrantCase, grantCases } from './grant-cases.ts'
import {
  findingOf,
  foreignValues,
  judgeAgainstBaseline,
  judgeNotGranted,
  judgeWithoutData,
  sample,
  type Verdict,
} from './judge.ts'
import type { Question } from './question.ts'
import { sameAnswerChecks } from './same-answer.ts'
import { earliestCheck, hiddenMemberChecks, limitCheck, originCheck } from './use-grants.ts'

/** Tokens of the first tenant with less than everything: what they were not granted is refused or not there. */
export function grantChecks(context: Context): readonly Check[] {
  const { offered, notTried } = context
  const cases = grantCases(context).filter(({ what, grants }) => {
    const missing = Object.keys(grants).filter((member) => !offered.grants.has(member))
    if (missing.length > 0)
      notTried.add(`grants: ${what}: createGuestToken does not offer ${missing.join(', ')}`)
    return missing.length === 0
  })
  return [
    ...cases.map((grantCase, index) => caseCheck(context, grantCase, index)),
    ...sameAnswerChecks(context),
    ...hiddenMemberChecks(context),
    ...(offered.grants.has('earliest') ? [earliestCheck(context)] : []),
    ...(offered.grants.has('origins') ? [originCheck(context)] : []),
    ...(offered.grants.has('limits') ? [limitCheck(context)] : []),
  ]
}

/**
 * Of what is not withheld each case asks a share, another one each time: that it is answered is not what is to be proven,
 * and the number of cases grows with the number of members.
 */
const shares = 3

function isAsked(grantCase: GrantCase, question: Question, turn: number): boolean {
  return grantCase.asksAll === true || grantCase.due(question) === 'withheld' || turn % shares === 0
}

function caseCheck(context: Context, grantCase: GrantCase, index: number): Check {
  const { what, grants, more = [] } = grantCase
  const [tenant] = context.visitors
  return {
    what,
    run: async () => {
      const holder = await context.mint(tenant.tenantId, grants)
      const findings: Finding[] = await listedFindings(context, grantCase, holder)
      for (const [turn, question] of [...context.questions, ...more].entries()) {
        if (!isAsked(grantCase, question, turn + index)) continue
        const reply = await askAs(context, holder, question)
        const verdict = await judge(context, { grantCase, question, reply })
        findings.push(findingOf(`${question.what} with ${what}`, verdict, holder, question))
      }
      return findings
    },
  }
}

interface Answered {
  readonly grantCase: GrantCase
  readonly question: Question
  readonly reply: Reply
}

async function judge(context: Context, { grantCase, question, reply }: Answered): Promise<Verdict> {
  const [tenant, other] = context.visitors
  const due = grantCase.due(question)
  if (due === 'withheld') return judgeNotGranted(reply)
  if (due === 'granted' && context.baselines.has(question)) {
    const verdict = await judgeAgainstBaseline(context, question, tenant, reply)
    const isShared = verdict.outcome === 'inconclusive' && context.baselines.get(question)?.differs === false
    return isShared ? { outcome: 'own', reason: 'both tenants are told the same' } : verdict
  }
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  if (isEmptyAnswer(reply.data)) return { outcome: 'empty' }
  const foreign = foreignValues(context, question, reply.data, tenant.tenantId)
  if (foreign.length > 0) return { outcome: 'crossed', reason: "another tenant's rows", values: foreign }
  const strange = withheldColumns(grantCase, question, reply.data)
  if (strange.length > 0)
    return { outcome: 'crossed', reason: 'dimensions that were not granted', values: strange }
  const baseline = context.baselines.get(question)
  const others = baseline?.replies.get(other)
  if (baseline?.differs === true && others !== undefined && others.text === reply.text) {
    return {
      outcome: 'crossed',
      reason: `exactly what ${other.tenantId} is told`,
      values: sample(reply.data),
    }
  }
  return { outcome: 'own' }
}

/** Of the rows behind a widget's figures: their columns are only those that may be named. */
function withheldColumns(
  { listed }: GrantCase,
  { kind, dataset }: Question,
  data: unknown,
): readonly string[] {
  if (kind !== 'drillDown' || listed?.dimensions === undefined) return []
  const allowed = new Set(listed.dimensions)
  const shown = new Set(shownIn(data).map(({ dimension }) => `${dataset}.${dimension}`))
  return [...shown].filter((path) => !allowed.has(path))
}

async function listedFindings(
  { client }: Context,
  { what, listed }: GrantCase,
  holder: Visitor,
): Promise<Finding[]> {
  if (listed === undefined) return []
  const asked = { query: catalogueQuery, variables: {} }
  const reply = await client.ask(holder.token, catalogueQuery)
  const named = (verdict: Verdict) => [findingOf(`lists with ${what}`, verdict, holder, asked)]
  const without = judgeWithoutData(reply)
  if (without !== null) return named(without)
  const { datasets, dashboards } = readCatalogue(reply.data)
  const shown: Required<NonNullable<GrantCase['listed']>> = {
    datasets: datasets.map(({ name }) => name),
    dashboards: dashboards.map(({ name }) => name),
    widgets: dashboards.flatMap(({ name, widgets }) => widgets.map((widget) => `${name}/${widget.name}`)),
    dimensions: datasets.flatMap(({ name, dimensions }) =>
      dimensions.map((dimension) => `${name}.${dimension.name}`),
    ),
  }
  const strange = (['datasets', 'dashboards', 'widgets', 'dimensions'] as const).flatMap((kind) => {
    const allowed = listed[kind]
    return allowed === undefined ? [] : shown[kind].filter((name) => !allowed.includes(name))
  })
  if (strange.length === 0) return named({ outcome: 'own' })
  return named({ outcome: 'crossed', reason: 'names that were not granted', values: strange.slice(0, 20) })
}
