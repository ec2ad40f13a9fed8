import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  catalogueOf,
  dashboardOf,
  idOf,
  nodeOf,
  permissionsOf,
  reach,
  reached,
  unreachable,
} from '../support/grants-catalogue.ts'
import { questions, unrestrictedPermissions } from '../support/grants-questions.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'

let server: GrantsServer

beforeAll(async () => {
  server = await startGrantsServer()
})
afterAll(() => server.close())

const tenantId = 'acme'
const withoutCost = [
  'ordered_at',
  'shipped_at',
  'due',
  'customer',
  'region',
  'product',
  'amount',
  'express',
  'country',
  'segment',
]
const ofCustomers = ['code', 'name', 'country', 'segment']
const withoutTotalCost = ['order_count', 'revenue', 'express_count', 'largest']
/** What a token that narrows nothing may do: what is marked with a permission needs a role or a policy. */
const plain = {
  ...unrestrictedPermissions,
  dimensions: { all: false, names: [...withoutCost, 'code', 'name'] },
  metrics: { all: false, names: [...withoutTotalCost, 'customer_count'] },
}

describe('a token without grants', () => {
  test('finds everything of its tenant but what requires a permission', async () => {
    const token = await server.guestToken({ tenantId })
    expect(await catalogueOf(server, token)).toEqual({
      datasets: { orders: [withoutCost, withoutTotalCost], customers: [ofCustomers, ['customer_count']] },
      metrics: [...withoutTotalCost, 'customer_count'],
      dashboards: {
        sales: [
          ['region', 'country'],
          ['total', 'monthly', 'regions', 'list'],
        ],
        people: [[], ['total', 'segments']],
        acme_board: [[], ['ours']],
      },
    })
    expect(await permissionsOf(server, token)).toEqual({ role: null, ...plain })
  })

  test('finds what requires a permission under a role that grants it', async () => {
    const token = await server.guestToken({ tenantId, role: 'admin' })
    expect(await permissionsOf(server, token)).toEqual({ role: 'admin', ...unrestrictedPermissions })
    expect(await server.data(token, questions.counter, { input: { metric: 'total_cost' } })).toEqual({
      counter: { value: 126 },
    })
    expect(await dashboardOf(server, token, 'sales')).toEqual({
      filters: [
        { name: 'region', locked: false },
        { name: 'country', locked: false },
        { name: 'cost', locked: false },
      ],
      layout: {
        columns: 12,
        widgets: { total: { x: 0 }, monthly: { x: 1 }, regions: { x: 2 }, list: { x: 3 }, costs: { x: 4 } },
      },
      widgets: [
        { name: 'total' },
        { name: 'monthly' },
        { name: 'regions' },
        { name: 'list' },
        { name: 'costs' },
      ],
    })
  })
})

describe('dashboards', () => {
  test('that are granted exist, and no others', async () => {
    const token = await server.guestToken({ tenantId, dashboards: ['people'] })
    const { dashboards } = await catalogueOf(server, token)
    expect(dashboards).toEqual({ people: [[], ['total', 'segments']] })
    expect(await reach(server, token, 'sales', 'total')).toEqual(unreachable)
    expect(await reach(server, token, 'people', 'total')).toEqual(reached('people', 'total'))
    expect(await permissionsOf(server, token)).toEqual({
      role: null,
      ...plain,
      dashboards: { all: false, names: ['people'] },
    })
  })

  test('are none where the list is empty', async () => {
    const token = await server.guestToken({ tenantId, dashboards: [] })
    expect((await catalogueOf(server, token)).dashboards).toEqual({})
    expect(await reach(server, token, 'sales', 'total')).toEqual(unreachable)
    expect((await permissionsOf(server, token)).dashboards).toEqual({ all: false, names: [] })
  })

  test('of another tenant do not exist, granted or not', async () => {
    const token = await server.guestToken({ tenantId, role: 'admin' })
    expect(await reach(server, token, 'else_board', 'theirs')).toEqual(unreachable)
    expect(await reach(server, token, 'acme_board', 'ours')).toEqual(reached('acme_board', 'ours'))
  })
})

describe('widgets', () => {
  test.each([
    ['their dashboard’s name and their own', ['sales/total', 'people/segments'], [['total'], ['segments']]],
    ['their own name wherever it stands', ['total'], [['total'], ['total']]],
    ['their id', [idOf('Widget', 'sales/regions')], [['regions'], []]],
    ['an empty list, which is none', [], [[], []]],
  ])('are granted by %s', async (_, widgets, [ofSales, ofPeople]) => {
    const token = await server.guestToken({ tenantId, widgets })
    const { dashboards } = await catalogueOf(server, token)
    expect(dashboards).toEqual({
      sales: [['region', 'country'], ofSales],
      people: [[], ofPeople],
      acme_board: [[], []],
    })
    for (const name of ['total', 'regions', 'list']) {
      const granted = ofSales?.includes(name) === true
      expect(await reach(server, token, 'sales', name)).toEqual(
        granted ? reached('sales', name) : { ...unreachable, ...nodeOf('sales') },
      )
    }
  })

  test.each([
    ['by their own name, wherever they stand', ['total'], ['monthly', 'regions', 'list'], ['segments']],
    ['on one dashboard', ['sales/total'], ['monthly', 'regions', 'list'], ['total', 'segments']],
    ['by their id', [idOf('Widget', 'people/total')], ['total', 'monthly', 'regions', 'list'], ['segments']],
    ['by none of the names', [], ['total', 'monthly', 'regions', 'list'], ['total', 'segments']],
  ])('are hidden %s', async (_, hiddenWidgets, ofSales, ofPeople) => {
    const token = await server.guestToken({ tenantId, hiddenWidgets })
    const { dashboards } = await catalogueOf(server, token)
    expect(dashboards).toMatchObject({ sales: [['region', 'country'], ofSales], people: [[], ofPeople] })
    const { layout } = Object(await dashboardOf(server, token, 'sales'))
    expect(Object.keys(layout.widgets)).toEqual(ofSales)
    expect(await reach(server, token, 'sales', 'total')).toEqual(
      ofSales.includes('total') ? reached('sales', 'total') : { ...unreachable, ...nodeOf('sales') },
    )
    expect(await reach(server, token, 'people', 'total')).toEqual(
      ofPeople.includes('total') ? reached('people', 'total') : { ...unreachable, ...nodeOf('people') },
    )
  })
})
