import { shortened } from './attempt.ts'
import { type Catalogue, loadCatalogue } from './catalogue.ts'
import type { Client, Reply } from './client.ts'
import type { Context, Visitor } from './context.ts'
import { isObject, listAt, parseJson, textAt } from './json.ts'
import { joinedDimensions, type Model, ownedDimensions, readModel } from './model.ts'
import type { Question } from './question.ts'
import { comparedQuestions, questionsOf } from './questions.ts'
import { loadOffered } from './schema.ts'

export interface Setup {
  readonly client: Client
  readonly apiKey: string
  /** Two tenants; null takes those that the audit events name most often. */
  readonly tenants: readonly [string, string] | null
  /** What every token of the run is made with beside its tenant: role, policy, attributes. */
  readonly base: Readonly<Record<string, unknown>>
  readonly tokenSeconds: number
}

/**
 * Whatever must hold before anything can be tried.
 * @throws an Error that says what is missing
 */
export async function prepare(setup: Setup): Promise<Context> {
  const { client, apiKey } = setup
  const model = readModel((await asHost(client, apiKey, 'query Model { exportModel }')).exportModel)
  if (model.datasets.length === 0) throw new Error('There is no model yet, so there is nothing to ask.')
  const [first, second] = setup.tenants ?? (await frequentTenants(client, apiKey))
  if (first === second) throw new Error(`--tenants: expected two tenants, not ${shortened(first)} twice.`)
  const mint = minter(setup)
  const visitors = [await mint(first), await mint(second)] as const
  for (const visitor of visitors) await checkAnswered(client, visitor)
  const catalogue = await loadCatalogue(client, visitors[0].token)
  return {
    client,
    apiKey,
    model,
    offered: await loadOffered(client, apiKey),
    catalogue,
    owned: ownedDimensions(model),
    joined: joinedDimensions(model),
    visitors,
    questions: [...questionsOf(catalogue, model), ...(await withinRanges(client, visitors[0], catalogue))],
    baselines: new Map(),
    notTried: new Set(unseen(model, catalogue)),
    mint,
  }
}

async function asHost(
  client: Client,
  apiKey: string,
  query: string,
  variables = {},
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await client.ask(apiKey, query, variables)
  if (reply.data !== null && reply.errors.length === 0) return reply.data
  throw new Error(`${query.split('(')[0]?.trim()}: ${refusalText(client, reply)}`)
}

function refusalText({ url }: Client, { status, errors, code, text }: Reply): string {
  if (status === 401) return `${url} does not accept the API key.`
  if (code === 'FORBIDDEN') return 'the API key lacks a scope; it needs tokens:create and model:write.'
  const message = textAt(errors[0], 'message')
  return message ?? `${url} does not answer like a Tessera server: ${status} ${shortened(text)}`
}

const minting =
  'mutation Mint($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { id token } }'

function minter({ client, apiKey, base, tokenSeconds }: Setup): Context['mint'] {
  return async (tenantId, grants = {}) => {
    const input = { tenantId, expiresInSeconds: tokenSeconds, ...base, ...grants }
    const minted = (await asHost(client, apiKey, minting, { input })).createGuestToken
    const id = textAt(minted, 'id') ?? ''
    const token = textAt(minted, 'token') ?? ''
    if (token === '') throw new Error('createGuestToken answered without a token.')
    return { tenantId, token, id, label: `${shortened(tenantId, 40)} (token ${id.slice(0, 8)}…)` }
  }
}

/** Otherwise every refusal would be a success. */
async function checkAnswered(client: Client, { token, tenantId }: Visitor): Promise<void> {
  const reply = await client.ask(token, 'query Viewer { viewer { tenantId } }')
  const told = textAt(reply.data, 'viewer', 'tenantId')
  if (told === tenantId || told !== null) return
  throw new Error(`A token that was just made for ${shortened(tenantId)} is not answered: ${reply.status}.`)
}

async function frequentTenants(client: Client, apiKey: string): Promise<readonly [string, string]> {
  const query = 'query Tenants { auditEvents(first: 100) { edges { node { tenantId } } } }'
  const { data } = await client.ask(apiKey, query)
  const counts = new Map<string, number>()
  for (const edge of listAt(data, 'auditEvents', 'edges')) {
    const tenantId = textAt(edge, 'node', 'tenantId')
    if (tenantId !== null) counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1)
  }
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a).map(([tenantId]) => tenantId)
  if (first !== undefined && second !== undefined) return [first, second]
  const why =
    data === null ? 'the API key may not read the audit events' : 'the audit events name fewer than two'
  throw new Error(`Which two tenants? Give --tenants <a>,<b>; ${why}.`)
}

/** The later half of the time that the first tenant has rows in, so that there is a half before it. */
async function withinRanges(
  client: Client,
  { token }: Visitor,
  { datasets }: Catalogue,
): Promise<readonly Question[]> {
  const questions: Question[] = []
  for (const dataset of datasets) {
    const metric = dataset.metrics[0]?.name
    if (dataset.timeDimension === null || metric === undefined) continue
    const query =
      'query Range($input: TimeSeriesInput!) { timeSeries(input: $input) { range { start stop } } }'
    const { data } = await client.ask(token, query, { input: { metrics: [metric], granularity: 'YEAR' } })
    const start = Date.parse(textAt(data, 'timeSeries', 'range', 'start') ?? '')
    const stop = Date.parse(textAt(data, 'timeSeries', 'range', 'stop') ?? '')
    if (!(stop - start > 2000)) continue
    const middle = start + Math.floor((stop - start) / 2000) * 1000
    const between = { start: new Date(middle).toISOString(), stop: new Date(stop).toISOString() }
    questions.push(...comparedQuestions(dataset, between))
  }
  return questions
}

/** Members of the model that the tokens of this run are not shown. */
function unseen({ datasets }: Model, catalogue: Catalogue): readonly string[] {
  return datasets.flatMap(({ name, dimensions, metrics }) => {
    const shown = catalogue.datasets.find((dataset) => dataset.name === name)
    const names = new Set(
      [...(shown?.dimensions ?? []), ...(shown?.metrics ?? []), ...(shown?.seriesMetrics ?? [])].map(
        (member) => member.name,
      ),
    )
    return [...dimensions, ...metrics]
      .filter((member) => !names.has(member.name))
      .map(
        (member) => `${name}.${member.name}: the tokens are not shown it; --role or --policy may name who is`,
      )
  })
}

/** What a token says, read without its key. */
export function payloadOf(token: string): Readonly<Record<string, unknown>> {
  const payload = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  return isObject(payload) ? payload : {}
}
