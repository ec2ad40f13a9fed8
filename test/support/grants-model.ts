import { parse } from 'yaml'

/** Six orders of one tenant, one of another, and a few at this very moment; customers are everybody's. */
export const grantsTables: readonly string[] = [
  `create table demo.orders (tenant String, ordered_at DateTime('UTC'), shipped_at DateTime('UTC'), due Date32,
     customer String, region String, product String, amount Int32, cost Int32, express Bool)
   engine = MergeTree order by (tenant, ordered_at)`,
  `insert into demo.orders values
     ('acme', '2024-01-05 10:15:00', '2024-01-06 09:00:00', '2024-01-10', 'c1', 'north', 'bolt',  10,  6, true),
     ('acme', '2024-01-20 23:30:00', '2024-01-22 09:00:00', '2024-01-25', 'c2', 'south', 'nut',   20, 12, false),
     ('acme', '2024-02-03 08:00:00', '2024-02-04 09:00:00', '2024-02-08', 'c1', 'north', 'nut',   30, 18, false),
     ('acme', '2024-02-14 12:45:00', '2024-02-15 09:00:00', '2024-02-19', 'c3', 'east',  'bolt',  40, 24, true),
     ('acme', '2024-03-01 00:00:00', '2024-03-02 09:00:00', '2024-03-06', 'c2', 'south', 'bolt',  50, 30, false),
     ('acme', '2024-03-31 22:30:00', '2024-04-01 09:00:00', '2024-04-05', 'c9', 'north', 'screw', 60, 36, false),
     ('else', '2024-01-10 00:00:00', '2024-01-11 09:00:00', '2024-01-15', 'c1', 'north', 'bolt', 999, 99, true)`,
  `insert into demo.orders values
     ('now', now(), now(), today(), 'c1', 'north', 'bolt', 7, 1, true),
     ('now', now() - interval 800 day, now(), today(), 'c1', 'north', 'bolt', 500, 1, true)`,
  'create table demo.customers (code String, name String, country String, segment String) engine = MergeTree order by code',
  `insert into demo.customers values
     ('c1', 'Ann', 'DE', 'retail'), ('c2', 'Bob', 'FR', 'retail'), ('c3', 'Cem', 'DE', 'wholesale')`,
]

const text = `
dataSources: [{ name: warehouse, kind: chdb }]
tenancy: { dataSource: warehouse }
datasets:
  - name: orders
    dataSource: warehouse
    database: demo
    table: orders
    tenantColumn: tenant
    timeDimension: ordered_at
    joins: [{ to: customers, on: { customer: code } }]
    dimensions:
      - { name: ordered_at, type: time }
      - { name: shipped_at, type: time }
      - { name: due, type: time }
      - { name: customer, type: string }
      - { name: region, type: string }
      - { name: product, type: string }
      - { name: amount, type: number }
      - { name: cost, type: number, requires: [margin] }
      - { name: express, type: boolean }
      - { name: country, from: customers.country }
      - { name: segment, from: customers.segment }
    metrics:
      - { name: order_count, aggregate: count }
      - { name: revenue, aggregate: sum, column: amount }
      - { name: total_cost, aggregate: sum, column: cost, requires: [margin] }
      - { name: cost_share, ratio: [total_cost, revenue] }
      - { name: express_count, aggregate: count, filters: [{ dimension: express, values: [true] }] }
      - { name: largest, aggregate: max, column: amount }
  - name: customers
    dataSource: warehouse
    database: demo
    table: customers
    tenancy: shared
    dimensions:
      - { name: code, type: string }
      - { name: name, type: string }
      - { name: country, type: string }
      - { name: segment, type: string }
    metrics:
      - { name: customer_count, aggregate: count }
dashboards:
  - name: sales
    filters: [{ dimension: region }, { dimension: country, dataset: orders }, { dimension: cost }]
    layout:
      columns: 12
      widgets: { total: { x: 0 }, monthly: { x: 1 }, regions: { x: 2 }, list: { x: 3 }, costs: { x: 4 } }
    widgets:
      - { name: total, visualization: { kind: NUMBER }, counter: { metric: revenue } }
      - { name: monthly, visualization: { kind: LINE }, timeSeries: { metrics: [revenue], granularity: MONTH } }
      - { name: regions, visualization: { kind: BAR }, leaderboard: { metric: revenue, dimensions: [region] } }
      - name: list
        visualization: { kind: TABLE }
        table: { metrics: [revenue, order_count], dimensions: [country, product] }
      - { name: costs, visualization: { kind: NUMBER }, counter: { metric: total_cost } }
  - name: people
    widgets:
      - { name: total, visualization: { kind: NUMBER }, counter: { metric: customer_count } }
      - { name: segments, visualization: { kind: BAR }, leaderboard: { metric: customer_count, dimensions: [segment] } }
  - name: acme_board
    tenant: acme
    widgets:
      - { name: ours, visualization: { kind: NUMBER }, counter: { metric: order_count } }
  - name: else_board
    tenant: else
    widgets:
      - { name: theirs, visualization: { kind: NUMBER }, counter: { metric: order_count } }
`

type Definition = Record<string, unknown>

/** The document as plain data, which a test may change before it is applied. */
export interface GrantsModel extends Definition {
  datasets: Dataset[]
  dashboards: Dashboard[]
  roles?: Definition[]
  policies?: Definition[]
}

interface Dataset extends Definition {
  name: string
  dimensions: ({ name: string } & Definition)[]
  metrics: ({ name: string } & Definition)[]
}

interface Dashboard extends Definition {
  name: string
  widgets: ({ name: string } & Definition)[]
}

/** @param additions YAML: roles, policies, or anything else that stands at the top of a document */
export function grantsModel(additions = ''): GrantsModel {
  const added: object = parse(additions) ?? {}
  return { ...parse(text), ...added }
}

/** The model with row rules at a dataset. */
export function withRowRules(model: GrantsModel, dataset: string, rules: string): GrantsModel {
  const rowRules: unknown = parse(rules)
  return {
    ...model,
    datasets: model.datasets.map((each) => (each.name === dataset ? { ...each, rowRules } : each)),
  }
}
