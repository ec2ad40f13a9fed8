import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogueOf, permissionsOf } from '../support/grants-catalogue.ts'
import { grantsModel } from '../support/grants-model.ts'
import { questions, unrestrictedPermissions } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'

/** A token of a role and a policy that grant this; a layer that is null is not there. */
async function tokenUnder(role: object | null, policy: object | null, grants: object = {}): Promise<string> {
  await server.apply({
    ...grantsModel(),
    ...(role !== null && { roles: [{ name: 'seller', ...role }] }),
    ...(policy !== null && { policies: [{ name: 'abroad', ...policy }] }),
  })
  return server.guestToken({
    tenantId,
    ...(role !== null && { role: 'seller' }),
    ...(policy !== null && { policy: 'abroad' }),
    ...grants,
  })
}

function named(...names: readonly string[]) {
  return { all: false, names }
}

describe('role, policy and token', () => {
  test.each<[string, object, object, object, object]>([
    [
      'dashboards',
      { dashboards: ['sales', 'people'] },
      { dashboards: ['people', 'acme_board'] },
      { dashboards: ['people', 'sales'] },
      { dashboards: named('people') },
    ],
    [
      'datasets',
      { datasets: ['orders', 'customers'] },
      { datasets: ['customers'] },
      { datasets: ['customers', 'orders'] },
      {
        datasets: named('customers'),
        dimensions: named('code', 'name', 'customers.country', 'customers.segment'),
      },
    ],
    [
      'dimensions',
      { allowedDimensions: ['region', 'product', 'country'] },
      { allowedDimensions: ['orders.region', 'customers.country'] },
      { allowedDimensions: ['country', 'region', 'segment'] },
      { dimensions: named('region', 'customers.country') },
    ],
    [
      'metrics',
      { allowedMetrics: ['revenue', 'order_count'] },
      { allowedMetrics: ['orders.order_count', 'largest'] },
      {},
      { metrics: named('order_count') },
    ],
    [
      'periods',
      { allowedPeriods: ['today', 'this_month', 'this_year'] },
      { allowedPeriods: ['this_month', 'this_year'] },
      { allowedPeriods: ['this_year', 'today'] },
      { periods: named('this_year') },
    ],
    [
      'the finest grain',
      { minGranularity: 'DAY' },
      { minGranularity: 'MONTH' },
      { minGranularity: 'HOUR' },
      { minGranularity: 'MONTH' },
    ],
    [
      'the longest range',
      { maxDateRangeDays: 90 },
      { maxDateRangeDays: 60 },
      { maxDateRangeDays: 31 },
      { maxDateRangeDays: 31 },
    ],
    [
      'the earliest instant',
      { earliest: '2024-01-10T00:00:00Z' },
      { earliest: '2024-02-01T00:00:00Z' },
      { earliest: '2024-01-20T00:00:00Z' },
      { earliest: '2024-02-01T00:00:00Z' },
    ],
    [
      'own questions, drill-down and exports',
      { allowAdHoc: false, allowDrillDown: true, allowExport: true },
      { allowAdHoc: true, allowDrillDown: false, allowExport: true },
      { allowAdHoc: true, allowDrillDown: true, allowExport: false },
      { adHoc: false, drillDown: false, export: false },
    ],
  ])('meet in what all of them permit: %s', async (_, role, policy, grants, expected) => {
    expect(await permissionsOf(server, await tokenUnder(role, policy, grants))).toMatchObject(expected)
  })

  test('pass on what they say nothing of: one layer grants the same whichever it is', async () => {
    const layer = {
      dashboards: ['people'],
      datasets: ['customers'],
      minGranularity: 'DAY',
      allowExport: false,
    }
    const seen = []
    for (const [role, policy, grants] of [
      [layer, null, {}],
      [null, layer, {}],
      [null, null, layer],
      [layer, {}, {}],
      [{}, layer, {}],
      [{}, {}, layer],
    ] as const) {
      const { role: _, ...permissions } = await permissionsOf(server, await tokenUnder(role, policy, grants))
      seen.push(permissions)
    }
    expect(seen).toEqual(
      seen.map(() => ({
        ...unrestrictedPermissions,
        dashboards: named('people'),
        datasets: named('customers'),
        dimensions: named('code', 'name', 'customers.country', 'customers.segment'),
        metrics: named('customer_count'),
        minGranularity: 'DAY',
        export: false,
      })),
    )
  })

  test.each([
    ['dashboards', 'dashboards'],
    ['datasets', 'datasets'],
    ['allowedDimensions', 'dimensions'],
    ['allowedPeriods', 'periods'],
  ])('grant none where one of them has an empty list of %s', async (grant, shown) => {
    const none = { [grant]: [] }
    for (const [role, policy, grants] of [
      [none, {}, {}],
      [{}, none, {}],
      [{}, {}, none],
    ] as const)
      expect((await permissionsOf(server, await tokenUnder(role, policy, grants)))[shown]).toEqual(named())
  })

  test('lock what each of them locks', async () => {
    const token = await tokenUnder(
      { lockedFilters: [{ dataset: 'orders', dimension: 'region', values: ['north', 'south'] }] },
      { lockedFilters: [{ dataset: 'orders', dimension: 'amount', operator: 'GREATER_THAN', values: [10] }] },
      { lockedFilters: [{ dataset: 'orders', dimension: 'product', values: ['nut', 'screw'] }] },
    )
    expect(await server.data(token, questions.counter, { input: { metric: 'revenue' } })).toEqual({
      counter: { value: 110 },
    })
    expect((await permissionsOf(server, token)).lockedDimensions).toEqual(['region', 'amount', 'product'])
  })

  test('show the widgets that all of them grant and none of them hides', async () => {
    const token = await tokenUnder(
      { widgets: ['sales/total', 'regions', 'monthly', 'list'], hiddenWidgets: ['monthly'] },
      { widgets: ['total', 'regions', 'monthly', 'list'], hiddenWidgets: ['people/total'] },
      { widgets: ['total', 'regions', 'monthly'], hiddenWidgets: ['sales/regions'] },
    )
    expect((await catalogueOf(server, token)).dashboards).toEqual({
      sales: [['region', 'country'], ['total']],
      people: [[], []],
      acme_board: [[], []],
    })
  })

  test('take the origins of all and the smallest limit', async () => {
    const [one, two, three] = [
      'https://one.example.com',
      'https://two.example.com',
      'https://three.example.com',
    ]
    const token = await tokenUnder(
      { origins: [one, two], limits: { requestsPerMinute: 5 } },
      { origins: [two, three], limits: { requestsPerMinute: 4 } },
      { origins: [two, one], limits: { requestsPerMinute: 9 } },
    )
    const codes = []
    for (const origin of [one, three, two, two, two]) codes.push(await codeFrom(token, origin))
    expect(codes).toEqual(['ORIGIN_NOT_ALLOWED', 'ORIGIN_NOT_ALLOWED', null, null, 'RATE_LIMITED'])
  })
})

describe('what a member requires', () => {
  test.each<[string, object | null, object | null, boolean]>([
    ['no role and no policy', null, null, false],
    ['a role that grants it', { permissions: ['margin'] }, null, true],
    ['a role that grants none', { permissions: [] }, null, false],
    ['a role that says nothing', {}, null, false],
    ['a policy that grants it', null, { permissions: ['margin'] }, true],
    ['a policy that says nothing', null, {}, false],
    ['a role and a policy that grant it', { permissions: ['margin'] }, { permissions: ['margin'] }, true],
    ['a role that grants it above a policy that says nothing', { permissions: ['margin'] }, {}, true],
    [
      'a role that grants it above a policy that grants none',
      { permissions: ['margin'] },
      { permissions: [] },
      false,
    ],
    [
      'a role that grants none above a policy that grants it',
      { permissions: [] },
      { permissions: ['margin'] },
      false,
    ],
    ['a role that says nothing above a policy that grants it', {}, { permissions: ['margin'] }, false],
  ])('is granted by %s: %s', async (_, role, policy, granted) => {
    const token = await tokenUnder(role, policy)
    const query =
      '{ metric(name: "total_cost") { name } dashboard(name: "sales") { widget(name: "costs") { name } } }'
    expect(await server.data(token, query)).toEqual({
      metric: granted ? { name: 'total_cost' } : null,
      dashboard: { widget: granted ? { name: 'costs' } : null },
    })
  })

  test.each<[string, object | null, object | null, boolean]>([
    ['nobody', null, null, false],
    ['a role and policy that say nothing of it', {}, {}, false],
    ['a role that grants another', { permissions: ['margin'] }, null, false],
    ['a role that grants it', { permissions: ['audit_read'] }, null, true],
    [
      'a role that grants it above a policy that grants none',
      { permissions: ['audit_read'] },
      { permissions: [] },
      false,
    ],
  ])('of reading the audit is granted by %s: %s', async (_, role, policy, granted) => {
    const token = await tokenUnder(role, policy)
    const query = '{ auditEvents(first: 1) { pageInfo { hasPreviousPage } } }'
    const { body } = await server.post(token, { query })
    expect([body.data, body.errors?.map(({ extensions }) => extensions?.code)]).toEqual(
      granted
        ? [{ auditEvents: { pageInfo: { hasPreviousPage: false } } }, undefined]
        : [null, ['FORBIDDEN']],
    )
  })

  test('is not held by a built-in role but admin, and a model’s own role takes its place', async () => {
    const query = '{ metric(name: "total_cost") { name } viewer { permissions { adHoc drillDown export } } }'
    const held = async (role: string) => {
      const { metric, viewer } = await server.data(await server.guestToken({ tenantId, role }), query)
      return [metric !== null, ...Object.values(Object(viewer).permissions)]
    }
    await server.apply(grantsModel())
    expect(await held('viewer')).toEqual([false, false, false, false])
    expect(await held('analyst')).toEqual([false, true, true, true])
    expect(await held('admin')).toEqual([true, true, true, true])
    const before = await server.guestToken({ tenantId, role: 'viewer' })
    await server.apply(grantsModel('roles: [{ name: viewer, permissions: [margin], allowExport: false }]'))
    expect(await held('viewer')).toEqual([true, true, true, false])
    expect(await held('analyst')).toEqual([false, true, true, true])
    const own = { viewer: { permissions: { adHoc: true, drillDown: true, export: false } } }
    expect(await server.data(before, query)).toEqual({ metric: { name: 'total_cost' }, ...own })
  })
})

async function codeFrom(token: string, origin: string | undefined): Promise<unknown> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, origin: origin ?? '' },
    body: JSON.stringify({ query: '{ viewer { tenantId } }' }),
  })
  const { errors } = Object(await response.json())
  return errors?.[0].extensions.code ?? null
}
