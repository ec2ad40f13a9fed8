import { isEmptyAnswer } from './answers.ts'
import type { Check, Finding } from './attempt.ts'
import type { Reply } from './client.ts'
import { askAs, type Context } from './context.ts'
import { findingOf, judgeNotGranted, judgeWithoutData, sample, type Verdict } from './judge.ts'
import { adHoc } from './questions.ts'

/** Rows before an instant that is still to come are all rows. */
export function earliestCheck(context: Context): Check {
  const what = 'earliest in a hundred years'
  const [tenant] = context.visitors
  const timed = new Set(
    context.catalogue.datasets.filter(({ timeDimension }) => timeDimension !== null).map(({ name }) => name),
  )
  return {
    what,
    run: async () => {
      const holder = await context.mint(tenant.tenantId, { earliest: inHundredYears() })
      const findings: Finding[] = []
      for (const question of context.questions) {
        if (question.dataset === null || !timed.has(question.dataset)) continue
        const reply = await askAs(context, holder, question)
        findings.push(findingOf(`${question.what} with ${what}`, judgeNoRows(reply), holder, question))
      }
      return findings
    },
  }
}

function judgeNoRows(reply: Reply): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  if (isEmptyAnswer(reply.data)) return { outcome: 'empty' }
  return { outcome: 'crossed', reason: 'rows before the earliest instant', values: sample(reply.data) }
}

function inHundredYears(): string {
  return `${new Date().getUTCFullYear() + 100}-01-01T00:00:00Z`
}

const viewer = { query: 'query Viewer { viewer { tenantId } }', variables: {} }

export function originCheck(context: Context): Check {
  const what = 'origins of one page'
  const page = 'https://verify.invalid'
  const [tenant] = context.visitors
  return {
    what,
    run: async () => {
      const holder = await context.mint(tenant.tenantId, { origins: [page] })
      const ask = (headers: Readonly<Record<string, string>>) =>
        context.client.ask(holder.token, viewer.query, {}, { headers })
      const refusals = [
        ['no page', {}],
        ['another page', { origin: 'https://elsewhere.invalid' }],
        ['a page whose name goes on', { origin: `${page}.elsewhere.invalid` }],
        ['a page without a name', { origin: 'null' }],
        ['the page as referer', { referer: `${page}/` }],
      ] as const
      const findings: Finding[] = []
      for (const [from, headers] of refusals) {
        findings.push(findingOf(`${what}, from ${from}`, judgeNotGranted(await ask(headers)), holder, viewer))
      }
      const allowed = await ask({ origin: page })
      const verdict: Verdict =
        allowed.data === null
          ? { outcome: 'inconclusive', reason: 'refused from its own page, too' }
          : { outcome: 'own' }
      return [...findings, findingOf(`${what}, from that page`, verdict, holder, viewer)]
    },
  }
}

export function limitCheck(context: Context): Check {
  const what = 'limits of one request a minute'
  const [tenant] = context.visitors
  return {
    what,
    run: async () => {
      const holder = await context.mint(tenant.tenantId, { limits: { requestsPerMinute: 1 } })
      const replies: Reply[] = []
      for (let count = 0; count < 3; count += 1) {
        replies.push(await context.client.ask(holder.token, viewer.query, {}, { impatient: true }))
      }
      const refused = replies.some(({ code, status }) => code === 'RATE_LIMITED' || status === 429)
      const failed = replies.find(({ status }) => status >= 500)
      const verdict: Verdict = refused
        ? { outcome: 'refused' }
        : // Processes behind a balancer may count for themselves.
          { outcome: failed === undefined ? 'inconclusive' : 'failed', reason: 'three were answered' }
      return [findingOf(what, verdict, holder, viewer)]
    },
  }
}

/** What the model has and these tokens are not shown, because it needs a permission that they lack. */
export function hiddenMemberChecks(context: Context): readonly Check[] {
  const [tenant] = context.visitors
  const questions = context.model.datasets.flatMap(({ name, dimensions, metrics }) => {
    const shown = context.catalogue.datasets.find((dataset) => dataset.name === name)
    const isHidden = (members: readonly { name: string }[] = []) => {
      const names = new Set(members.map((member) => member.name))
      return (member: { name: string }) => !names.has(member.name)
    }
    return [
      ...dimensions
        .filter(isHidden(shown?.dimensions))
        .map((dimension) =>
          adHoc(
            'topValues',
            name,
            { dataset: name, dimension: dimension.name },
            { dimensions: [dimension.name] },
          ),
        ),
      ...metrics
        .filter(isHidden([...(shown?.metrics ?? []), ...(shown?.seriesMetrics ?? [])]))
        .map((metric) => adHoc('counter', name, { metric: metric.name }, { metrics: [metric.name] })),
    ]
  })
  return questions.map((question) => {
    const what = `${question.what}, which is not shown`
    return {
      what,
      run: async () => {
        const reply = await askAs(context, tenant, question)
        return [findingOf(what, judgeNotGranted(reply), tenant, question)]
      },
    }
  })
}
