import { type Check, type Finding, shortened } from './attempt.ts'
import { auditEventChecks } from './audit-events.ts'
import type { Reply } from './client.ts'
import { bothWays, type Context } from './context.ts'
import { judgeWithoutData, type Verdict } from './judge.ts'
import type { OfferedField } from './schema.ts'

/** A field of the schema that is for one kind of caller, asked in a way that does no harm where it is answered. */
interface Operation {
  readonly name: string
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** Every field that is for hosts, by guests, and every field that is for guests, by a host. */
export function operationChecks(context: Context): readonly Check[] {
  const forHosts = bothWays(context).flatMap(([self, other]) =>
    hostOperations(context, self.tenantId, other.tenantId).map((operation) =>
      operationCheck(context, operation, { credential: self.token, asker: self.label }),
    ),
  )
  const forGuests = guestOperations(context).map((operation) =>
    operationCheck(context, operation, { credential: context.apiKey, asker: 'the API key' }),
  )
  return [...forHosts, ...forGuests, ...auditEventChecks(context), ...unknownFields(context)]
}

function operationCheck(
  { client }: Context,
  { name, query, variables = {} }: Operation,
  { credential, asker }: { readonly credential: string; readonly asker: string },
): Check {
  const what = `${name} by ${asker}`
  return {
    what,
    run: async () => {
      const reply = await client.ask(credential, query, variables)
      return [{ what, ...judgeForbidden(reply), asker, asked: { query, variables } }]
    },
  }
}

function judgeForbidden(reply: Reply): Verdict {
  if (reply.data !== null) {
    // Values could be secrets of the installation; their names are enough.
    return { outcome: 'crossed', reason: 'it was answered', values: [shortened(Object.keys(reply.data))] }
  }
  const verdict = judgeWithoutData(reply) ?? { outcome: 'failed', reason: 'neither data nor an error' }
  if (verdict.outcome !== 'refused' || reply.code === 'FORBIDDEN' || reply.status === 403) return verdict
  return {
    outcome: 'inconclusive',
    reason: `refused with ${reply.code ?? reply.status} instead of FORBIDDEN`,
  }
}

function hostOperations({ offered }: Context, own: string, other: string): readonly Operation[] {
  const mint =
    'mutation Mint($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { id expiresAt } }'
  const briefly = { expiresInSeconds: 1 }
  const apply =
    'mutation Apply($document: JSONObject!) { applyModel(document: $document, dryRun: true) { version } }'
  const explain = 'query Explain($input: ExplainInput!) { explain(input: $input) { outcome } }'
  const revoke = 'mutation Revoke($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
  const createKey =
    'mutation CreateKey($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }'
  // It is refused for its name, whoever gets as far.
  const registerIssuer = 'mutation { registerTokenIssuer(input: { issuer: "" }) { id } }'
  const token = { tenantId: other }
  const known: readonly Operation[] = [
    { name: 'apiKeys', query: '{ apiKeys { id } }' },
    { name: 'exportModel', query: '{ exportModel }' },
    { name: 'explain', query: explain, variables: { input: { token, question: { dashboard: 'none' } } } },
    { name: 'createGuestToken', query: mint, variables: { input: { tenantId: other, ...briefly } } },
    { name: 'createGuestToken', query: mint, variables: { input: { tenantId: own, ...briefly } } },
    { name: 'applyModel', query: apply, variables: { document: {} } },
    { name: 'revokeGuestTokens', query: revoke, variables: { input: { id: 'none' } } },
    { name: 'createApiKey', query: createKey, variables: { input: keyForAMinute(own) } },
    { name: 'rotateApiKey', query: 'mutation { rotateApiKey(id: "none") { apiKey { id } } }' },
    { name: 'revokeApiKey', query: 'mutation { revokeApiKey(id: "none") { id } }' },
    { name: 'tokenIssuers', query: '{ tokenIssuers { id } }' },
    { name: 'registerTokenIssuer', query: registerIssuer },
    { name: 'removeTokenIssuer', query: 'mutation { removeTokenIssuer(id: "none") { id } }' },
    {
      name: 'usage',
      query: '{ usage(input: { start: "2001-01-01T00:00:00Z", stop: "2001-01-02T00:00:00Z" }) { tenantId } }',
    },
    { name: 'tenants', query: '{ tenants { edges { node { tenantId } } } }' },
    // It is told to be in no region that there can be, and no tenant has the name: whoever gets as far is refused then.
    {
      name: 'upsertTenant',
      query: 'mutation { upsertTenant(input: { tenantId: "", region: "" }) { tenantId } }',
    },
    { name: 'eraseTenant', query: 'mutation { eraseTenant(tenantId: "") { tenantId } }' },
    { name: 'dataSourceSecrets', query: '{ dataSourceSecrets { name } }' },
    // It has no value, whoever gets as far.
    {
      name: 'setDataSourceSecret',
      query: 'mutation { setDataSourceSecret(name: "none", value: "") { name } }',
    },
    { name: 'deleteDataSourceSecret', query: 'mutation { deleteDataSourceSecret(name: "") { name } }' },
    { name: 'allowedOrigins', query: '{ allowedOrigins }' },
    { name: 'setAllowedOrigins', query: 'mutation { setAllowedOrigins(origins: ["none"]) }' },
    // No key lasts that long after its successor, so whoever gets as far is refused then.
    { name: 'rotateSigningKey', query: 'mutation { rotateSigningKey(graceSeconds: -1) { id } }' },
  ]
  if (!offered.introspected) return known
  const names = new Set([...offered.queries, ...offered.mutations].map(({ name }) => name))
  return known.filter(({ name }) => names.has(name))
}

/** Its secret is not asked for, so nobody gets to use it. */
function keyForAMinute(tenant: string) {
  return {
    name: 'isolation check',
    scopes: ['audit:read'],
    tenants: [tenant],
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  }
}

function guestOperations({ catalogue }: Context): readonly Operation[] {
  const dataset = catalogue.datasets[0]?.name ?? 'none'
  const dimension = catalogue.datasets[0]?.dimensions[0]?.name ?? 'none'
  const metric = catalogue.datasets.flatMap(({ metrics }) => metrics)[0]?.name ?? 'none'
  const dashboard = catalogue.dashboards[0]
  const id =
    dashboard?.widgets[0]?.id ?? dashboard?.id ?? Buffer.from('Widget:none/none').toString('base64url')
  const text = JSON.stringify
  return [
    { name: 'viewer', query: '{ viewer { tenantId } }' },
    { name: 'datasets', query: '{ datasets { name } }' },
    { name: 'dataset', query: `{ dataset(name: ${text(dataset)}) { name } }` },
    { name: 'metrics', query: '{ metrics { name } }' },
    { name: 'metric', query: `{ metric(name: ${text(metric)}) { name } }` },
    { name: 'dashboards', query: '{ dashboards { edges { node { name } } } }' },
    { name: 'dashboard', query: `{ dashboard(name: ${text(dashboard?.name ?? 'none')}) { name } }` },
    { name: 'widget', query: `{ widget(id: ${text(id)}) { name } }` },
    { name: 'node', query: `{ node(id: ${text(id)}) { id } }` },
    { name: 'benchmarks', query: '{ benchmarks { name } }' },
    { name: 'benchmark', query: '{ benchmark(name: "none") { value } }' },
    { name: 'counter', query: `{ counter(input: { metric: ${text(metric)} }) { value } }` },
    { name: 'timeSeries', query: `{ timeSeries(input: { metrics: [${text(metric)}] }) { labels } }` },
    {
      name: 'leaderboard',
      query: `{ leaderboard(input: { metric: ${text(metric)}, dimensions: [${text(dimension)}] }) { total } }`,
    },
    {
      name: 'createExport',
      query: `mutation { createExport(input: { format: CSV, table: { metrics: [${text(metric)}], dimensions: [] } }) { fileName } }`,
    },
    { name: 'table', query: `{ table(input: { metrics: [${text(metric)}], dimensions: [] }) { rows } }` },
    {
      name: 'histogram',
      query: `{ histogram(input: { dataset: ${text(dataset)}, dimension: ${text(dimension)} }) { bins { count } } }`,
    },
    {
      name: 'funnel',
      query: `{ funnel(input: { dataset: ${text(dataset)}, entity: ${text(dimension)}, steps: [], within: "P1D" }) { steps { count } } }`,
    },
    {
      name: 'retention',
      query: `{ retention(input: { dataset: ${text(dataset)}, entity: ${text(dimension)}, granularity: YEAR }) { cohorts { size } } }`,
    },
    {
      name: 'records',
      query: `{ records(input: { dataset: ${text(dataset)}, columns: [${text(dimension)}] }) { edges { node } } }`,
    },
    {
      name: 'topValues',
      query: `{ topValues(input: { dataset: ${text(dataset)}, dimension: ${text(dimension)} }) { values { value } } }`,
    },
  ]
}

/** What a refresh token permits, which comes with it; among the tampered credentials there are some that nobody was given. */
const forAnyone: readonly Pick<Operation, 'name'>[] = [{ name: 'refreshGuestToken' }]

/** What the schema has and this program does not know is told and not tried: it might do what cannot be undone. */
function unknownFields(context: Context): readonly Check[] {
  const { offered, notTried } = context
  if (!offered.introspected) {
    notTried.add('operations that this program does not know: introspection is off, so there may be some')
    return []
  }
  const known = new Set(
    [...hostOperations(context, '', ''), ...guestOperations(context), ...forAnyone].map(({ name }) => name),
  )
  const unknown = (fields: readonly OfferedField[]) => fields.filter(({ name }) => !known.has(name))
  for (const { name } of unknown(offered.mutations)) {
    notTried.add(`mutation ${name}: not known here, and it might do what cannot be undone`)
  }
  for (const { name, needsArguments } of unknown(offered.queries)) {
    if (needsArguments) notTried.add(`query ${name}: not known here, and its arguments are not either`)
  }
  // Without arguments it can at least be asked by both; whatever is told to one and not to the other shows.
  return unknown(offered.queries)
    .filter(({ needsArguments }) => !needsArguments)
    .map(({ name }) => unknownCheck(context, name))
}

function unknownCheck({ client, visitors }: Context, name: string): Check {
  const what = `${name}, which is not known here`
  return {
    what,
    run: async () => {
      const findings: Finding[] = []
      for (const { token, label } of visitors) {
        const query = `{ ${name} { __typename } }`
        const reply = await client.ask(token, query)
        const answered: Verdict = {
          outcome: 'inconclusive',
          reason: 'answered; whether it is for guests is not known',
        }
        findings.push({
          what,
          ...(judgeWithoutData(reply) ?? answered),
          asker: label,
          asked: { query, variables: {} },
        })
      }
      return findings
    },
  }
}
