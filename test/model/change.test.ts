import { expect, test } from 'vitest'
import { describeChange } from '../../src/model/change.ts'
import type { ModelDocument } from '../../src/model/document.ts'
import { parseModel } from '../../src/model/parse.ts'

const before = parseModel({
  dataSources: [{ name: 'warehouse', kind: 'chdb' }],
  tenancy: { dataSource: 'warehouse' },
  datasets: [
    {
      name: 'orders',
      dataSource: 'warehouse',
      table: 'orders',
      tenantColumn: 'shop',
      dimensions: [
        { name: 'day', type: 'time' },
        { name: 'state', type: 'string' },
      ],
      metrics: [
        { name: 'count', aggregate: 'count' },
        { name: 'best', aggregate: 'max', column: 'score' },
      ],
    },
  ],
  dashboards: [
    {
      name: 'board',
      widgets: [
        { name: 'one', visualization: { kind: 'NUMBER' }, counter: { metric: 'count' } },
        { name: 'two', visualization: { kind: 'NUMBER' }, counter: { metric: 'best' } },
      ],
    },
  ],
})

/** A copy to change. */
function copy() {
  const document = structuredClone(before)
  const [dataset] = document.datasets
  const [dashboard] = document.dashboards ?? []
  if (dataset === undefined || dashboard === undefined) throw new Error('The document lacks a part.')
  return { document, dataset, dashboard }
}

function changeOf(after: ModelDocument): readonly string[] {
  return describeChange(before, after).map(({ action, kind, name }) => `${action} ${kind} ${name}`)
}

test('a first model adds all of its parts', () => {
  expect(describeChange(null, before)).toEqual([
    { action: 'ADDED', kind: 'data source', name: 'warehouse' },
    { action: 'ADDED', kind: 'tenancy', name: 'tenancy' },
    { action: 'ADDED', kind: 'dataset', name: 'orders' },
    { action: 'ADDED', kind: 'dimension', name: 'orders.day' },
    { action: 'ADDED', kind: 'dimension', name: 'orders.state' },
    { action: 'ADDED', kind: 'metric', name: 'count' },
    { action: 'ADDED', kind: 'metric', name: 'best' },
    { action: 'ADDED', kind: 'dashboard', name: 'board' },
    { action: 'ADDED', kind: 'widget', name: 'board/one' },
    { action: 'ADDED', kind: 'widget', name: 'board/two' },
  ])
})

test('the same model, whatever the order of its keys, changes nothing', () => {
  const { document } = copy()
  expect(changeOf(document)).toEqual([])
  expect(changeOf({ ...document, dataSources: [{ kind: 'chdb', name: 'warehouse' }] })).toEqual([])
})

test('a part that changes does not make what it stands in a change', () => {
  const { document, dataset } = copy()
  dataset.metrics = [
    { name: 'count', aggregate: 'count', title: 'Orders' },
    { name: 'worst', aggregate: 'min', column: 'score' },
  ]
  expect(changeOf(document)).toEqual(['CHANGED metric count', 'ADDED metric worst', 'REMOVED metric best'])
})

test('a part that goes takes the parts inside it along', () => {
  const { document } = copy()
  expect(changeOf({ ...document, dashboards: [] })).toEqual([
    'REMOVED dashboard board',
    'REMOVED widget board/one',
    'REMOVED widget board/two',
  ])
})

test('another order of a list is a change, of the list alone', () => {
  const { document, dataset, dashboard } = copy()
  dashboard.widgets.reverse()
  dataset.dimensions?.reverse()
  expect(changeOf(document)).toEqual(['CHANGED order of dimensions orders', 'CHANGED order of widgets board'])
})

test('a metric that moves to another dataset is another one', () => {
  const { document, dataset } = copy()
  const best = dataset.metrics?.pop()
  document.datasets.push({ ...dataset, name: 'returns', dimensions: [], metrics: best ? [best] : [] })
  expect(changeOf(document)).toEqual(['ADDED dataset returns', 'ADDED metric best', 'REMOVED metric best'])
})
