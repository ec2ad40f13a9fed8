import { type Check, type Finding, shortened } from './attempt.ts'
import type { Reply } from './client.ts'
import { bothWays, type Context, type Visitor } from './context.ts'
import { listAt, textAt, valueAt } from './json.ts'
import { judgeWithoutData, type Verdict } from './judge.ts'

const query =
  'query AuditEvents($filter: AuditEventFilter) { auditEvents(first: 200, filter: $filter) { edges { node { tenantId apiKey { id } } } } }'

/** What of another tenant a guest might be told by the audit, with and without the role that may read it. */
export function auditEventChecks(context: Context): readonly Check[] {
  if (!context.offered.queries.some(({ name }) => name === 'auditEvents') && context.offered.introspected)
    return []
  return bothWays(context).flatMap(([self, other]) => [
    check(context, self, other, async () => self),
    // Where the model has no such role of its own, it has every permission.
    check(context, self, other, () => context.mint(self.tenantId, { role: 'admin', policy: null })),
  ])
}

function check({ client }: Context, self: Visitor, other: Visitor, asking: () => Promise<Visitor>): Check {
  const what = `auditEvents by ${self.label}`
  const filters = [{}, { tenantId: other.tenantId }, { tokenId: other.id }, { address: '127.0.0.1' }]
  return {
    what,
    run: async () => {
      const { token, label } = await asking()
      const findings: Finding[] = []
      for (const filter of filters) {
        const reply = await client.ask(token, query, { filter })
        const verdict = judge(reply, self.tenantId)
        findings.push({ what, ...verdict, asker: label, asked: { query, variables: { filter } } })
      }
      return findings
    },
  }
}

function judge(reply: Reply, own: string): Verdict {
  const without = judgeWithoutData(reply)
  if (without !== null) return without
  const events = listAt(reply.data, 'auditEvents', 'edges')
  const foreign = events.filter(
    (edge) => textAt(edge, 'node', 'tenantId') !== own || valueAt(edge, 'node', 'apiKey') !== null,
  )
  if (foreign.length === 0) return { outcome: events.length === 0 ? 'empty' : 'own' }
  const reason = 'it told what is another tenant’s or the host’s'
  return { outcome: 'crossed', reason, values: foreign.slice(0, 3).map((edge) => shortened(edge)) }
}
