import { ask, decode, edited, post, type Sent } from './api.ts'

export interface Stage {
  readonly api: string
  readonly airport: string
  readonly other: string
  /** Tokens of the airport: the one that its dashboards have, and some with a wall of their own. */
  readonly tokens: Readonly<Record<'own' | 'narrow' | 'locked' | 'elsewhere' | 'ended', string>>
  /** The airport's departures, as its own token gets them. */
  readonly departures: number
  /** Of those, to California. */
  readonly toCalifornia: number
}

export interface Attempt {
  readonly title: string
  readonly why: string
  readonly send: (stage: Stage) => Promise<Sent>
  /** Whether the wall held: nothing came of it but what one may see anyway. */
  readonly held: (sent: Sent, stage: Stage) => boolean
}

export const departuresQuery = '{ counter(input: { metric: "departures" }) { value } }'

export function departuresWhere(filter: string): string {
  return `{ counter(input: { metric: "departures", filters: [${filter}] }) { value } }`
}

export function departuresOf({ data }: Sent): number {
  return Number(Object(data.counter).value ?? Number.NaN)
}

function question(tokenIs: string, token: (stage: Stage) => string | null, query: (stage: Stage) => string) {
  return (stage: Stage) => ask({ api: stage.api, token: token(stage), tokenIs, query: query(stage) })
}

const isRefused =
  (status: number, code: string) =>
  (sent: Sent): boolean =>
    sent.status === status && sent.code === code

const showsNothing = (sent: Sent): boolean => sent.code === null && departuresOf(sent) === 0

/** What an attempt at somebody else's figures looks like, from the token's outside to the question's inside. */
export const attempts: readonly Attempt[] = [
  {
    title: 'Write another airport into the token',
    why: 'The signature is over every byte of the token. With one letter changed it is no token any more.',
    send: (stage) =>
      ask({
        api: stage.api,
        token: edited(stage.tokens.own, { claims: { tenant_id: stage.other } }),
        tokenIs: `yours, with tenant_id "${stage.other}"`,
        query: departuresQuery,
      }),
    held: isRefused(401, 'UNAUTHENTICATED'),
  },
  {
    title: 'Say that the token needs no signature',
    why: 'Which algorithm verifies a token is decided by the key and never by the token.',
    send: (stage) =>
      ask({
        api: stage.api,
        token: edited(stage.tokens.own, { header: { alg: 'none' }, claims: { tenant_id: stage.other } }),
        tokenIs: `yours, with tenant_id "${stage.other}", alg "none" and no signature`,
        query: departuresQuery,
      }),
    held: isRefused(401, 'UNAUTHENTICATED'),
  },
  {
    title: 'Send no token',
    why: 'There is no anonymous access that a request could fall back to.',
    send: question(
      'none',
      () => null,
      () => departuresQuery,
    ),
    held: isRefused(401, 'UNAUTHENTICATED'),
  },
  {
    title: 'Use a token that has ended',
    why: 'Tokens live for minutes. The page gets a new one from its own backend, which asks its session first.',
    send: async (stage) => {
      await untilEnded(stage.tokens.ended)
      return question(
        'yours, of a second ago',
        ({ tokens }) => tokens.ended,
        () => departuresQuery,
      )(stage)
    },
    held: isRefused(401, 'UNAUTHENTICATED'),
  },
  {
    title: 'Use a token that was copied out of another site',
    why: 'This one was made for the pages of https://another.example, and browsers say where they call from.',
    send: question(
      'made for another site',
      ({ tokens }) => tokens.elsewhere,
      () => departuresQuery,
    ),
    held: isRefused(403, 'ORIGIN_NOT_ALLOWED'),
  },
  {
    title: 'Ask the host’s backend for a token of another airport',
    why: 'The backend mints for the airport of the session, whatever the page sends. This is the one line that every host has to get right.',
    send: async (stage) => {
      const { token = '' } = await post('/analytics-token', { airport: stage.other, tenantId: stage.other })
      const query = '{ viewer { tenantId } }'
      const sent = await ask({ api: stage.api, token, tokenIs: 'the one that came', query })
      return { ...sent, request: `POST /analytics-token {"airport":"${stage.other}"}\n${sent.request}` }
    },
    held: ({ data }, { airport }) => Object(data.viewer).tenantId === airport,
  },
  {
    title: 'Filter for another airport',
    why: 'A filter can only take rows away from one’s own, and among those there is none of another airport.',
    send: question(
      'yours',
      ({ tokens }) => tokens.own,
      ({ other }) => departuresWhere(`{ dimension: "origin", values: ["${other}"] }`),
    ),
    held: showsNothing,
  },
  {
    title: 'Widen the question with OR',
    why: 'The tenant stands inside the read of the table, outside of anything that a question can say. The figure is one’s own.',
    send: question(
      'yours',
      ({ tokens }) => tokens.own,
      ({ airport, other }) =>
        departuresWhere(
          `{ or: [{ dimension: "origin", values: ["${other}"] }, { dimension: "origin", values: ["${airport}"] }] }`,
        ),
    ),
    held: (sent, { departures }) => departuresOf(sent) === departures,
  },
  {
    title: 'Put SQL into a filter',
    why: 'Values travel beside the statement and never in it. There is no destination of that name.',
    send: question(
      'yours',
      ({ tokens }) => tokens.own,
      () =>
        departuresWhere(`{ dimension: "destination", values: ["' OR 1=1 --", "') UNION ALL SELECT 1 --"] }`),
    ),
    held: showsNothing,
  },
  {
    title: 'Put SQL into a name',
    why: 'Names are looked up in the model, and what stands in a statement is what the model says.',
    send: question(
      'yours',
      ({ tokens }) => tokens.own,
      () => '{ counter(input: { metric: "departures) FROM demo.flights --" }) { value } }',
    ),
    held: isRefused(200, 'METRIC_NOT_ALLOWED'),
  },
  {
    title: 'Ask for a dashboard that was not granted',
    why: 'It is not there for this token, and nothing tells it apart from one that never was.',
    send: question(
      'of a colleague with the dashboard "departures" alone',
      ({ tokens }) => tokens.narrow,
      () => '{ dashboard(name: "network") { title } }',
    ),
    held: ({ code, data }) => code === null && data.dashboard === null,
  },
  {
    title: 'Ask for the single flights behind a figure',
    why: 'This token grants figures and no rows.',
    send: question(
      'of a colleague without drill-down',
      ({ tokens }) => tokens.narrow,
      () =>
        '{ records(input: { dataset: "flights", columns: ["destination"] }, first: 1) { edges { node } } }',
    ),
    held: isRefused(200, 'FORBIDDEN'),
  },
  {
    title: 'Leave the locked filter out',
    why: 'A lock is in the token and not in the question: without a filter, the figure is still that of California.',
    send: question(
      'locked to California',
      ({ tokens }) => tokens.locked,
      () => departuresQuery,
    ),
    held: (sent, { toCalifornia }) => departuresOf(sent) === toCalifornia,
  },
  {
    title: 'Overrule the locked filter with another one',
    why: 'Both have to hold, and no flight goes to California and to Texas.',
    send: question(
      'locked to California',
      ({ tokens }) => tokens.locked,
      () => departuresWhere('{ dimension: "destination_state", values: ["TX"] }'),
    ),
    held: showsNothing,
  },
  {
    title: 'Mint a token of one’s own',
    why: 'That takes an API key, which stays in the host’s backend. A guest’s token grants no such thing.',
    send: question(
      'yours',
      ({ tokens }) => tokens.own,
      ({ other }) => `mutation { createGuestToken(input: { tenantId: "${other}" }) { token } }`,
    ),
    held: isRefused(200, 'FORBIDDEN'),
  },
]

async function untilEnded(token: string): Promise<void> {
  const endsAt = Number(decode(token.split('.')[1] ?? '').exp) * 1000
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, endsAt - Date.now() + 100)))
}
