import { setTimeout as sleep } from 'node:timers/promises'
import type { Check, Finding } from './attempt.ts'
import type { Reply } from './client.ts'
import type { Context } from './context.ts'
import { slackSpellings } from './forgery.ts'
import { judgeWithoutData, type Verdict } from './judge.ts'

const viewerQuery = 'query Viewer { viewer { tenantId } }'
const revoking = 'mutation Revoke($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
/** Within this time it holds on every server, so that one behind a balancer may still accept the token before. */
const everywhereMs = 2_000
const askAgainMs = 100

/** A token that was good and was ended is refused, in each of its spellings: what ends is the token and not its text. */
export function revokedTokenCheck(context: Context, tenantId: string): Check {
  const what = 'a token that was revoked'
  return {
    what,
    run: async (): Promise<readonly Finding[]> => {
      const { client, apiKey } = context
      const { token, id, label } = await context.mint(tenantId)
      const asked = { query: viewerQuery, variables: {} }
      const revoked = await client.ask(apiKey, revoking, { input: { id } })
      if (revoked.data === null) return [{ what, outcome: 'inconclusive', reason: 'it could not be revoked' }]
      const until = Date.now() + everywhereMs
      const texts = spellings(token)
      const findings: Finding[] = []
      for (const [index, text] of texts.entries()) {
        const reply = await refusedBy(until, () => client.ask(text, viewerQuery))
        const spelt = index === 0 ? what : `${what}, spelt in another way`
        findings.push({ what: spelt, ...judge(reply), asker: label, asked })
      }
      return findings
    },
  }
}

function spellings(token: string): readonly string[] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [token, ...slackSpellings(signature).map((slack) => `${header}.${payload}.${slack}`)]
}

async function refusedBy(until: number, ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await ask()
    if (reply.data === null || Date.now() >= until) return reply
    await sleep(askAgainMs)
  }
}

function judge(reply: Reply): Verdict {
  if (reply.data !== null) return { outcome: 'crossed', reason: 'it was answered' }
  return judgeWithoutData(reply) ?? { outcome: 'failed', reason: 'neither data nor an error' }
}
