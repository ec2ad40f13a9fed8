import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

const additions = `
roles: [{ name: seller }]
policies: [{ name: abroad }, { name: at_home }]
`

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer(grantsModel(additions))
})
afterAll(() => server.close())

const tenantId = 'acme'

function wrong(argument: string, expected: string, allowed?: readonly string[]) {
  return {
    code: 'BAD_USER_INPUT',
    message: `An argument is not of the allowed form. ${argument}: expected ${expected}.`,
    argument,
    ...(allowed && { allowed }),
  }
}

const widget = 'a widget: dashboard/widget, its id, or its name'
const dimension = 'the name of a dimension, or dataset.dimension'
const dashboard = 'the name of a dashboard for this tenant'
const origin =
  'an origin as browsers send it: scheme, host and port if it is not the default, such as https://app.example.com, or https://*.example.com for the hosts below one'
const period = 'a period: today, yesterday, this_<unit>, previous_<unit> or last_<n>_<unit>s'
const instant = 'an RFC 3339 instant of a whole second, such as 2001-03-01T00:00:00Z'

test.each<[object, object]>([
  [{ role: 'selle' }, wrong('input.role', 'the name of a role', ['seller', 'admin', 'viewer', 'analyst'])],
  [{ role: '' }, wrong('input.role', 'the name of a role', ['admin', 'seller', 'viewer', 'analyst'])],
  [{ policy: 'aboard' }, wrong('input.policy', 'the name of a policy', ['abroad', 'at_home'])],
  [{ policy: 'constructor' }, wrong('input.policy', 'the name of a policy', ['abroad', 'at_home'])],
  [
    { dashboards: ['sales', 'saels'] },
    wrong('input.dashboards.1', dashboard, ['sales', 'people', 'acme_board']),
  ],
  // Another tenant's is no name to learn.
  [{ dashboards: ['else_board'] }, wrong('input.dashboards.0', dashboard, ['acme_board', 'people', 'sales'])],
  [
    { widgets: ['sales/totals'] },
    wrong('input.widgets.0', widget, [
      'sales/total',
      'sales/costs',
      'sales/monthly',
      'people/total',
      'sales/list',
    ]),
  ],
  [
    { widgets: ['total', 'theirs'] },
    wrong('input.widgets.1', widget, ['ours', 'costs', 'list', 'regions', 'total']),
  ],
  [
    { hiddenWidgets: [Buffer.from('Widget:else_board/theirs').toString('base64url')] },
    wrong('input.hiddenWidgets.0', widget, [
      'acme_board/ours',
      'people/total',
      'segments',
      'costs',
      'monthly',
    ]),
  ],
  [{ datasets: ['order'] }, wrong('input.datasets.0', 'the name of a dataset', ['orders', 'customers'])],
  [
    { allowedDimensions: ['orders.code'] },
    wrong('input.allowedDimensions.0', dimension, [
      'orders.cost',
      'orders.due',
      'orders.amount',
      'orders.country',
      'orders.customer',
    ]),
  ],
  [
    { lockedFilters: [{ dataset: 'oders', dimension: 'region', values: [] }] },
    wrong('input.lockedFilters.0.dataset', 'the name of a dataset', ['orders', 'customers']),
  ],
  [
    { lockedFilters: [{ dataset: 'customers', dimension: 'region', values: [] }] },
    wrong('input.lockedFilters.0.dimension', 'a dimension of the dataset customers', [
      'segment',
      'code',
      'name',
      'country',
    ]),
  ],
  [
    { lockedFilters: [{ dimension: 'region', values: ['north'] }] },
    wrong(
      'input.lockedFilters.0.dimension',
      'a dimension of every dataset that the token can reach, which customers lacks; name the dataset that the filter is about, or leave the others out of input.datasets',
      ['segment', 'country'],
    ),
  ],
  [
    { lockedFilters: [{ dataset: 'orders', dimension: 'amount', operator: 'BETWEEN', values: [1] }] },
    wrong('input.lockedFilters.0.values', '2 values with BETWEEN'),
  ],
  [
    { lockedFilters: [{ dataset: 'orders', dimension: 'region', values: [7] }] },
    wrong('input.lockedFilters.0.values.0', 'a string'),
  ],
  [{ allowedPeriods: ['today', 'tomorrow'] }, wrong('input.allowedPeriods.1', period)],
  [{ allowedPeriods: ['last_0_days'] }, wrong('input.allowedPeriods.0', period)],
  [{ minGranularity: 'AUTO' }, wrong('input.minGranularity', 'a grain, not AUTO')],
  [{ maxDateRangeDays: 0 }, wrong('input.maxDateRangeDays', 'a whole number from 1 to 100000')],
  [{ maxDateRangeDays: -1 }, wrong('input.maxDateRangeDays', 'a whole number from 1 to 100000')],
  [{ maxDateRangeDays: 100_001 }, wrong('input.maxDateRangeDays', 'a whole number from 1 to 100000')],
  [{ earliest: '2024-01-01T00:00:00.5Z' }, wrong('input.earliest', instant)],
  [{ origins: ['https://app.example.com', 'app.example.com'] }, wrong('input.origins.1', origin)],
  [{ origins: ['https://app.example.com/'] }, wrong('input.origins.0', origin)],
  [{ origins: ['https://app.example.com:443'] }, wrong('input.origins.0', origin)],
  [{ origins: ['https://APP.example.com'] }, wrong('input.origins.0', origin)],
  [{ origins: ['*'] }, wrong('input.origins.0', origin)],
  [{ origins: ['null'] }, wrong('input.origins.0', origin)],
  [{ origins: ['file://'] }, wrong('input.origins.0', origin)],
  [
    { limits: { requestsPerMinute: 0 } },
    wrong('input.limits.requestsPerMinute', 'a whole number from 1 to 1000000'),
  ],
  [
    { limits: { concurrentQueries: 1_001 } },
    wrong('input.limits.concurrentQueries', 'a whole number from 1 to 1000'),
  ],
  [{ expiresInSeconds: 86_401 }, wrong('input.expiresInSeconds', 'a whole number from 1 to 86400')],
  [
    { attributes: { 'two words': 1 } },
    wrong('input.attributes.two words', 'a name of at most 63 letters, digits and _, starting with a letter'),
  ],
  ...[null, { nested: 1 }, [[1]], 'a\ud800', 2 ** 53, Array.from({ length: 1001 }, () => 1)].map(
    (value): [object, object] => [
      { attributes: { area: value } },
      wrong(
        'input.attributes.area',
        'text, a number that a double holds exactly, true, false, or a list of at most 1000 of them',
      ),
    ],
  ),
  [
    { attributes: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, 1])) },
    wrong('input.attributes', 'at most 100 attributes'),
  ],
  [
    { attributes: { long: 'x'.repeat(9_000) } },
    {
      ...wrong('input', ''),
      message: expect.stringMatching(/expected grants that fit into a token of 8192 bytes, not \d+\.$/),
    },
  ],
])('%j is refused when a token is made', async (input, refusal) => {
  expect(await server.mintingRefusal({ tenantId, ...input })).toEqual(refusal)
})

test.each([
  [{ minGranularity: 'CENTURY' }, 'input.minGranularity'],
  [{ maxDateRangeDays: 1.5 }, 'input.maxDateRangeDays'],
  [{ maxDateRangeDays: '31' }, 'input.maxDateRangeDays'],
  [{ earliest: '2024-02-30T00:00:00Z' }, 'input.earliest'],
  [{ earliest: '2024-02-01' }, 'input.earliest'],
  [{ allowDrillDown: 'no' }, 'input.allowDrillDown'],
  [{ dashboards: [null] }, 'input.dashboards.0'],
  [{ limits: { requestsPerMinute: 1e10 } }, 'input.limits.requestsPerMinute'],
  [{ attributes: ['north'] }, 'input.attributes'],
  [
    { lockedFilters: [{ dataset: 'orders', dimension: 'amount', values: [null] }] },
    'input.lockedFilters.0.values.0',
  ],
])('%j is not of the type that the contract says', async (input, argument) => {
  const refused = await server.mintingRefusal({ tenantId, ...input })
  expect({ code: refused.code, argument: refused.argument }).toEqual({ code: 'BAD_USER_INPUT', argument })
})

test('a member that the contract does not have is refused', async () => {
  const { message } = await server.mintingRefusal({ tenantId, hiddenDashboards: ['sales'] })
  expect(message).toMatch(/Field "hiddenDashboards" is not defined by type "CreateGuestTokenInput"/)
})

describe('an unsigned change of a token', () => {
  test.each([
    ['another policy', { policy: 'at_home' }],
    ['no locked filters', { locked_filters: undefined }],
    ['a claim that is not known here', { allowed_regions: ['north'] }],
  ])('to %s is refused with 401', async (_, change) => {
    const lockedFilters = [{ dataset: 'orders', dimension: 'region', values: ['north'] }]
    const token = await server.guestToken({ tenantId, policy: 'abroad', lockedFilters })
    const [header, payload = '', signature] = token.split('.')
    const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const changed = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')
    const { status, body } = await server.post([header, changed, signature].join('.'), {
      query: '{ viewer { role } }',
    })
    expect([status, body.errors?.[0]?.extensions?.code]).toEqual([401, 'UNAUTHENTICATED'])
  })
})
