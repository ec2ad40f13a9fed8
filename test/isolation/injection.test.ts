import { type GraphQLInputType, getNamedType, isInputObjectType, isScalarType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../src/schema.ts'
import { hostileStrings } from '../support/hostile.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let token: string

beforeAll(async () => {
  server = await startTestServer()
  token = await server.guestToken({ tenantId: 'ATL' })
})

afterAll(() => server.close())

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** One field of a root with arguments in which every string that it can carry stands somewhere. */
interface Sample {
  readonly root: 'query' | 'mutation'
  readonly field: string
  readonly selection: string
  readonly args: { readonly [name: string]: Json }
}

const between = { between: { start: '2001-01-01T00:00:00Z', stop: '2001-02-01T00:00:00Z' } }
const test1 = { dimension: 'destination', operator: 'EQUALS', values: ['ORD'] }
const filters = [test1, { and: [test1] }, { or: [test1] }, { not: test1 }]
const asked = { timeRange: between, timeZone: 'Europe/Berlin', filters }
const having = [{ metric: 'departures', operator: 'GREATER_THAN', values: ['1'] }]
const orderBy = [{ by: 'departures', order: 'ASC' }]

const samples: readonly Sample[] = [
  {
    root: 'query',
    field: 'counter',
    selection: '{ exactValue }',
    args: { input: { metric: 'departures', ...asked } },
  },
  {
    root: 'query',
    field: 'counter',
    selection: '{ exactValue }',
    args: { input: { metric: 'departures', timeRange: { period: 'today' } } },
  },
  {
    root: 'query',
    field: 'timeSeries',
    selection: '{ labels series { exactValues group { value } } }',
    args: { input: { metrics: ['departures'], groupBy: ['destination'], granularity: 'WEEK', ...asked } },
  },
  {
    root: 'query',
    field: 'leaderboard',
    selection: '{ rows { exactValue keys { value } } }',
    args: { input: { metric: 'departures', dimensions: ['destination'], having, ...asked } },
  },
  {
    root: 'query',
    field: 'table',
    selection: '{ rows }',
    args: { input: { metrics: ['departures'], dimensions: ['destination'], having, orderBy, ...asked } },
  },
  {
    root: 'query',
    field: 'table',
    selection: '{ rows }',
    args: { input: { metrics: ['departures'], dimensions: [], pivot: ['destination'], ...asked } },
  },
  {
    root: 'query',
    field: 'records',
    selection: '{ edges { node } }',
    args: {
      input: {
        dataset: 'flights',
        columns: ['destination'],
        orderBy: [{ by: 'destination', order: 'ASC' }],
        ...asked,
      },
      after: 'WyJ4IiwxLFsiT1JEIl1d',
    },
  },
  {
    root: 'query',
    field: 'histogram',
    selection: '{ bins { exactFrom count } }',
    args: { input: { dataset: 'flights', dimension: 'delay', ...asked } },
  },
  {
    root: 'query',
    field: 'funnel',
    selection: '{ steps { name count } }',
    args: {
      input: {
        dataset: 'flights',
        entity: 'destination',
        steps: [
          { name: 'one', filters: [test1] },
          { name: 'two', filters: [] },
        ],
        within: 'P7D',
        ...asked,
      },
    },
  },
  {
    root: 'query',
    field: 'retention',
    selection: '{ cohorts { start size returned } }',
    args: {
      input: {
        dataset: 'flights',
        entity: 'destination',
        granularity: 'WEEK',
        start: [test1],
        return: [test1],
        ...asked,
      },
    },
  },
  {
    root: 'query',
    field: 'topValues',
    selection: '{ values { value } }',
    args: {
      input: { dataset: 'flights', dimension: 'destination', search: 'or', ...asked },
    },
  },
  {
    root: 'query',
    field: 'benchmark',
    selection: '{ value distribution { median } }',
    args: { name: 'departures', period: 'previous_month' },
  },
  { root: 'query', field: 'node', selection: '{ id }', args: { id: 'RGFzaGJvYXJkOmRlcGFydHVyZXM' } },
  { root: 'query', field: 'widget', selection: '{ id }', args: { id: 'V2lkZ2V0OmRlcGFydHVyZXMvdG90YWw' } },
  { root: 'query', field: 'dashboard', selection: '{ id }', args: { name: 'departures' } },
  {
    root: 'query',
    field: 'dashboards',
    selection: '{ edges { cursor } }',
    args: { after: 'x', before: 'x' },
  },
  { root: 'query', field: 'dataset', selection: '{ name }', args: { name: 'flights' } },
  { root: 'query', field: 'metric', selection: '{ name }', args: { name: 'departures' } },
  {
    root: 'query',
    field: 'explain',
    selection: '{ outcome }',
    args: { input: { tokenId: 'x', question: { dashboard: 'departures' } } },
  },
  {
    root: 'mutation',
    field: 'createApiKey',
    selection: '{ apiKey { id } }',
    args: {
      input: {
        name: 'x',
        scopes: ['usage:read'],
        tenants: ['acme-*'],
        networks: ['192.0.2.0/24'],
        expiresAt: '2001-01-01T00:00:00Z',
      },
    },
  },
  {
    root: 'mutation',
    field: 'rotateApiKey',
    selection: '{ apiKey { id } }',
    args: { id: '00000000-0000-4000-8000-000000000000' },
  },
  { root: 'mutation', field: 'setAllowedOrigins', selection: '', args: { origins: ['none'] } },
  {
    root: 'mutation',
    field: 'rotateSigningKey',
    selection: '{ id }',
    args: { algorithm: 'HS256', hmacSecret: 'x' },
  },
  {
    root: 'mutation',
    field: 'registerTokenIssuer',
    selection: '{ id }',
    args: {
      // Never called: it is no public address.
      input: { issuer: 'https://host.example', audience: 'x', jwksUrl: 'https://127.0.0.1/' },
    },
  },
  { root: 'mutation', field: 'removeTokenIssuer', selection: '{ id }', args: { id: 'x' } },
  {
    root: 'mutation',
    field: 'createGuestToken',
    selection: '{ id }',
    args: {
      input: {
        tenantId: 'ATL',
        subject: 'someone',
        dashboards: ['departures'],
        datasets: ['flights'],
        lockedFilters: [{ dataset: 'flights', dimension: 'destination', values: ['ORD'] }],
        role: 'analyst',
        policy: 'overview',
        widgets: ['departures/total'],
        hiddenWidgets: ['departures/daily'],
        allowedDimensions: ['destination'],
        allowedPeriods: ['last_7_days'],
        timeZones: ['Europe/Berlin'],
        earliest: '2001-01-01T00:00:00Z',
        origins: ['https://app.example.com'],
        attributes: { region: 'west' },
      },
    },
  },
  {
    root: 'mutation',
    field: 'revokeGuestTokens',
    selection: '',
    args: { input: { subject: { tenantId: 'ATL', subject: 'someone-who-is-fired' } } },
  },
  {
    root: 'query',
    field: 'auditEvents',
    selection: '{ edges { cursor } }',
    args: {
      filter: {
        kinds: ['token.minted'],
        outcomes: ['FAILED'],
        reasons: ['x'],
        tenantId: 'ATL',
        subject: 'someone',
        apiKeyId: '00000000-0000-4000-8000-000000000000',
        tokenId: 'x',
        requestId: 'x',
        address: '192.0.2.1',
        from: '2001-01-01T00:00:00Z',
        to: '2001-01-01T00:00:00Z',
      },
    },
  },
  { root: 'query', field: 'auditEvents', selection: '{ edges { cursor } }', args: { after: 'x' } },
  { root: 'mutation', field: 'refreshGuestToken', selection: '{ id }', args: { refreshToken: 'tsr_' } },
  {
    root: 'mutation',
    field: 'setDataSourceSecret',
    selection: '{ name }',
    args: { name: 'lake', value: 'x' },
  },
  {
    root: 'mutation',
    field: 'upsertTenant',
    selection: '{ tenantId }',
    args: {
      input: {
        tenantId: 'acme',
        title: 'Acme',
        dataSource: 'warehouse',
        database: 'acme',
        schema: 'acme',
        attributes: { plan: 'gold' },
      },
    },
  },
  // What is told of a tenant is taken in its own region alone; the server has none.
  {
    root: 'mutation',
    field: 'upsertTenant',
    selection: '{ tenantId }',
    args: { input: { tenantId: 'pinned', region: 'eu' } },
  },
  {
    root: 'query',
    field: 'usage',
    selection: '{ tenantId }',
    args: { input: { start: '2001-01-01T00:00:00Z', stop: '2001-01-02T00:00:00Z', tenantId: 'acme' } },
  },
  { root: 'mutation', field: 'eraseTenant', selection: '{ tenantId }', args: { tenantId: 'acme' } },
  {
    root: 'query',
    field: 'tenants',
    selection: '{ edges { node { tenantId } } }',
    args: { after: 'x', before: 'x' },
  },
  { root: 'mutation', field: 'deleteDataSourceSecret', selection: '{ name }', args: { name: 'lake' } },
  { root: 'mutation', field: 'revokeApiKey', selection: '{ id }', args: { id: 'x' } },
]

/** The demo's widgets by their ids. */
const widgetId = (name: string) => Buffer.from(`Widget:departures/${name}`).toString('base64url')

const exported: readonly Json[] = [
  {
    fileName: 'a.csv',
    widget: { id: widgetId('total'), timeRange: between, timeZone: 'UTC', filters: [test1] },
  },
  {
    drillDown: {
      id: widgetId('by_week'),
      at: { metric: 'departures', bucket: '2001-01-01T00:00:00Z', group: [{ dimension: 'x', value: 'ORD' }] },
      columns: ['destination'],
      orderBy: [{ by: 'destination' }],
    },
  },
  { drillDown: { id: widgetId('delays'), at: { bin: { from: '0', to: '10' } }, columns: ['destination'] } },
  { drillDown: { id: widgetId('delays'), at: { step: 'one' }, columns: ['destination'] } },
  { format: 'SVG', svg: { locale: 'de-CH' }, widget: { id: widgetId('total'), filters: [test1] } },
  { table: { metrics: ['departures'], dimensions: ['destination'], filters: [test1] } },
  { records: { dataset: 'airports', columns: ['name'], timeZone: 'UTC' } },
]

const exportSamples = exported.map(
  (input): Sample => ({
    root: 'mutation',
    field: 'createExport',
    selection: '{ fileName }',
    args: { input: { format: 'CSV', ...Object(input) } },
  }),
)

type Path = readonly (string | number)[]

function stringPaths(value: Json, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return /^[A-Z_\d]{3,}$/.test(value) && isEnumPlace(path) ? [] : [path]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, part]) =>
    stringPaths(part, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

function isEnumPlace(path: Path): boolean {
  return ['operator', 'order', 'granularity', 'fill', 'algorithm', 'format'].includes(String(path.at(-1)))
}

function withString(value: Json, [first, ...rest]: Path, hostile: string): Json {
  if (first === undefined) return hostile
  if (Array.isArray(value))
    return value.map((part, index) => (index === first ? withString(part, rest, hostile) : part))
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const entries: readonly (readonly [string, Json])[] = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, part]) => [key, key === first ? withString(part, rest, hostile) : part]),
  )
}

/** Several at once, by aliases. Answers the data and the errors of each. */
async function askAll({ root, field, selection }: Sample, variants: readonly Json[]) {
  const type = root === 'query' ? schema.getQueryType() : schema.getMutationType()
  const { args = [] } = type?.getFields()[field] ?? {}
  const used = args.filter(({ name }) => Object.hasOwn(Object(variants[0]), name))
  const declared = variants.flatMap((_, index) => used.map((arg) => `$${arg.name}${index}: ${arg.type}`))
  const fields = variants.map(
    (_, index) =>
      `a${index}: ${field}(${used.map(({ name }) => `${name}: $${name}${index}`).join(', ')}) ${selection}`,
  )
  const variables = Object.fromEntries(
    variants.flatMap((variant, index) => used.map(({ name }) => [`${name}${index}`, Object(variant)[name]])),
  )
  const query = `${root}(${declared.join(', ')}) { ${fields.join('\n')} }`
  const isHosts = type?.getFields()[field]?.extensions.authorize === 'host' || forBoth.has(field)
  return server.post(isHosts ? server.apiKey : token, { query, variables })
}

/** Guests need a permission for them that the demo gives nobody. */
const forBoth = new Set(['auditEvents', 'usage'])

const permitted = new Set([
  // A refresh token that is none.
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
  'DIMENSION_NOT_ALLOWED',
  'METRIC_NOT_ALLOWED',
  'NOT_FOUND',
  'NOT_SUPPORTED',
  'GRANULARITY_NOT_ALLOWED',
  'QUERY_TOO_LARGE',
])

const allSamples = [...samples, ...exportSamples]

const cases = allSamples
  .flatMap((sample) =>
    stringPaths(sample.args).map((path) => ({ sample, path, title: `${sample.field}: ${path.join('.')}` })),
  )
  .map((each, place) => ({ ...each, place }))

/** Each place is given every eighth of them, and the next place the next eighth; all of them with HOSTILE_STRINGS=all. */
function hostileAt(place: number): readonly string[] {
  if (process.env.HOSTILE_STRINGS === 'all') return hostileStrings
  return hostileStrings.filter((_, index) => index % 8 === place % 8)
}

describe(`${hostileStrings.length} hostile strings come back as data or as an error with a code`, () => {
  test.each(cases)('$title', async ({ sample, path, place }) => {
    const strings = hostileAt(place)
    for (let start = 0; start < strings.length; start += 25) {
      const some = strings.slice(start, start + 25)
      const variants = some.map((hostile) => withString(sample.args, path, hostile))
      const { status, body } = await askAll(sample, variants)
      const codes = (body.errors ?? []).map(({ extensions }) => extensions?.code)
      expect([status, codes.filter((code) => !permitted.has(String(code)))]).toEqual([status, []])
      expect([200, 400]).toContain(status)
    }
  })
})

test('every string of the schema stands in a sample', () => {
  const sampled = new Set(
    allSamples.flatMap(({ args }) =>
      stringPaths(args).map((path) => String(path.findLast((step) => typeof step === 'string'))),
    ),
  )
  const names = new Set<string>()
  const visit = (name: string, type: GraphQLInputType, seen: readonly string[]): void => {
    const named = getNamedType(type)
    if (
      isScalarType(named) &&
      ['String', 'ID', 'DateTime', 'TimeZone', 'Period', 'Value'].includes(named.name)
    )
      names.add(name)
    if (!isInputObjectType(named) || seen.includes(named.name)) return
    for (const field of Object.values(named.getFields())) visit(field.name, field.type, [...seen, named.name])
  }
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      for (const argument of field.args) visit(argument.name, argument.type, [])
    }
  }
  expect([...names].filter((name) => !sampled.has(name))).toEqual([])
})

test('and the tables stand, and ATL still gets its own rows', async () => {
  const { body } = await server.post(token, {
    query: '{ counter(input: { metric: "departures" }) { exactValue } }',
  })
  expect(body).toEqual({ data: { counter: { exactValue: '124711' } } })
})
