import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { apply } from '../../src/cli/apply.ts'
import { runOperation } from '../../src/cli/client.ts'
import { openServices, type Services } from '../../src/cli/compose.ts'
import { type DoctorOptions, doctor } from '../../src/cli/doctor.ts'
import { describeFailure } from '../../src/cli/failure.ts'
import { init } from '../../src/cli/init.ts'
import { listen } from '../../src/cli/listen.ts'
import { load } from '../../src/cli/load.ts'
import { readConfig } from '../../src/config.ts'
import type { SourceCheck } from '../../src/doctor/diagnose.ts'
import type { RunningServer } from '../../src/http/server.ts'
import { createLogger } from '../../src/log.ts'
import { openClickHouseFront } from '../support/clickhouse-front.ts'
import { runCommand } from '../support/command-line.ts'
import { near, type Oracle, openOracle, quoted } from '../support/oracle-duckdb.ts'
import { prepareStore } from '../support/prepared.ts'
import { generousRates } from '../support/rates.ts'

const orders = new URL('../../examples/make-orders.mjs', import.meta.url).pathname
const forms = ['csv', 'parquet', 'ndjson'] as const
const apiKey = `tsk_${randomBytes(32).toString('hex')}`

let folder: string
let oracle: Oracle
let services: Services
let server: RunningServer

const loading = {
  ...{ database: 'data', tenantColumn: 'shop_id', replace: false, skipRowsWithoutTenant: false },
  yes: true,
}

const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-whole-way-'))
  process.env.DATA_DIR = path('data')
  const { stdout } = await promisify(execFile)(process.execPath, [orders, '20000'], { maxBuffer: 2 ** 25 })
  await writeFile(path('orders.csv'), stdout)
  oracle = await openOracle()
  await oracle.run(`CREATE TABLE orders AS SELECT * FROM ${quoted(path('orders.csv'))}`)
  await oracle.run(`COPY orders TO ${quoted(path('orders.parquet'))}`)
  await oracle.run(`COPY orders TO ${quoted(path('orders.ndjson'))} (FORMAT json)`)
  for (const form of forms) {
    const table = `orders_${form}`
    await load(path(`orders.${form}`), { ...loading, table })
    await init({ table, tenantColumn: 'shop_id', output: path(`${form}.yaml`), force: false })
  }
})

/** What `tessera doctor` prints; it ends with 1, since the embedded engine's user may do anything. */
async function diagnosed(options: DoctorOptions): Promise<{ checks: readonly SourceCheck[] }> {
  const printing = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    await doctor(options)
    expect(process.exitCode).toBe(1)
    return JSON.parse(String(printing.mock.calls.at(-1)?.[0]))
  } finally {
    process.exitCode = undefined
    printing.mockRestore()
  }
}

async function startServer(): Promise<void> {
  await prepareStore(path('data'))
  const config = readConfig({
    ...{ PORT: '0', DATA_DIR: path('data'), LOG_LEVEL: 'silent', TESSERA_BOOTSTRAP_API_KEY: apiKey },
    ...generousRates,
  })
  const log = createLogger(config.logLevel)
  services = await openServices(config, log, { keepApiKey: false })
  server = await listen(config, services, { log, graphiql: null })
}

afterAll(async () => {
  await server.close(0)
  await services.close()
  oracle.close()
  await rm(folder, { recursive: true, force: true })
})

async function refusal(doing: Promise<void>): Promise<string> {
  return doing.then(
    () => 'It was done.',
    (error: unknown) => describeFailure(error).message,
  )
}

async function tokenFor(tenantId: string): Promise<string> {
  const query = 'mutation ($input: CreateGuestTokenInput!) { createGuestToken(input: $input) { token } }'
  const answer = await runOperation({ url: server.url, apiKey }, query, { input: { tenantId } })
  return String(Object(answer.createGuestToken).token)
}

async function asked(tenantId: string, query: string): Promise<unknown> {
  return runOperation({ url: server.url, apiKey: await tokenFor(tenantId) }, query, {})
}

describe('before a server is started', () => {
  const flags = ['--table', 'orders_csv', '--tenant-column', 'shop_id']

  test('nothing is loaded where nobody can be asked, and the columns are shown', async () => {
    const { status, output, errors } = await runCommand(['load', path('orders.csv'), ...flags], {
      DATA_DIR: path('other'),
    })
    expect([status, output.split('\n')[0], errors]).toEqual([
      1,
      `${path('orders.csv')}: 20,000 rows for the table data.orders_csv, in the order of shop_id, ordered_at`,
      'Nothing was loaded: there is no terminal to ask on. If it is right, say --yes.\n',
    ])
  })

  test('the tenant column is never guessed in silence', async () => {
    expect(await refusal(init({ table: 'orders_csv', force: false }))).toBe(
      '--tenant-column: expected the column with the id of the customer whose row it is. It may be shop_id, customer_id, country, channel, category.',
    )
    const given = { table: 'orders_csv', tenantColumn: 'is_returned', force: false }
    expect(await refusal(init(given))).toBe(
      '--tenant-column: expected a column of text, whole numbers or UUIDs; is_returned is Bool. It may be shop_id, customer_id, country, channel, category.',
    )
    expect(await refusal(init({ ...given, tenantColumn: 'shop' }))).toBe(
      '--tenant-column: expected a column of data.orders_csv, not "shop". It may be shop_id, customer_id, country, channel, category.',
    )
    expect(await refusal(init({ ...given, table: 'order' }))).toBe(
      'There is no table data.order. There is data.orders_csv, data.orders_ndjson, data.orders_parquet.',
    )
  })

  test('no document is written over another, unless it is asked for', async () => {
    const given = { table: 'orders_csv', tenantColumn: 'shop_id', output: path('csv.yaml') }
    expect(await refusal(init({ ...given, force: false }))).toBe(
      `${path('csv.yaml')} is there already. --force writes over it; or choose another --output.`,
    )
    expect(await refusal(init({ ...given, force: true }))).toBe('It was done.')
  })

  test.each([
    [
      { database: 'system' },
      '--database: expected at most 63 letters, digits and _, not starting with a digit, and no name of the engine\'s own, not "system".',
    ],
    [
      { table: 'a`b' },
      '--table: expected at most 63 letters, digits and _, not starting with a digit, and no name of the engine\'s own, not "a`b".',
    ],
    [
      { table: 'x_loading' },
      '--table: expected a name that does not end with _loading, which half-loaded tables have.',
    ],
  ])('loading with %j is refused', async (names, message) => {
    expect(await refusal(load(path('orders.csv'), { ...loading, table: 'x', ...names }))).toBe(message)
  })

  test('loading is refused where the rows are in a server', async () => {
    process.env.CLICKHOUSE_URL = 'http://127.0.0.1:1'
    const message = await refusal(load(path('orders.csv'), { ...loading, table: 'x' }))
    delete process.env.CLICKHOUSE_URL
    expect(message).toBe(
      'CLICKHOUSE_URL is set, so that the rows are read from that server, and `tessera load` fills the embedded warehouse alone. Load the file with a client of ClickHouse, or unset the variable.',
    )
  })
})

describe('with a server', () => {
  beforeAll(startServer)

  describe.each(forms)('from %s', (form) => {
    const dataset = `orders_${form}`

    beforeAll(async () => {
      await apply(path(`${form}.yaml`), { url: server.url, apiKey, dryRun: false })
    })

    test('to a guest’s figures, which are those of another engine', async () => {
      const answer = await asked(
        'shop-3',
        `{
        count: counter(input: { metric: "${dataset}" }) { value }
        amount: counter(input: { metric: "total_amount" }) { value formatted }
        returned: counter(input: { metric: "returned_share" }) { value }
        rating: counter(input: { metric: "average_rating" }) { value }
        people: counter(input: { metric: "customers" }) { value }
        summer: counter(input: { metric: "${dataset}", timeRange: { between: { start: "2025-06-01T00:00:00Z", stop: "2025-09-01T00:00:00Z" } } }) { value }
      }`,
      )
      const [expected] = await oracle.rows(`SELECT count(*)::INTEGER AS count, sum(amount_eur) AS amount,
      avg(is_returned::INTEGER) AS returned, avg(rating) AS rating, count(DISTINCT customer_id)::INTEGER AS people,
      count(*) FILTER (ordered_at >= '2025-06-01' AND ordered_at < '2025-09-01')::INTEGER AS summer
      FROM orders WHERE shop_id = 'shop-3'`)
      const { count, amount, returned, rating, people, summer } = expected ?? {}
      expect(answer).toEqual({
        count: { value: count },
        amount: { value: near(Number(amount)), formatted: euros(Number(amount)) },
        returned: { value: near(Number(returned)) },
        rating: { value: near(Number(rating)) },
        people: { value: people },
        summer: { value: summer },
      })
    })

    test('to a dashboard that answers in all of its widgets', async () => {
      const answer = await asked(
        'shop-3',
        `{ dashboard(name: "overview") { widgets { name visualization { kind } data {
        __typename
        ... on Counter { value }
        ... on TimeSeries { labels }
        ... on Leaderboard { ranks: rows { rank } }
        ... on Table { rows }
      } } } }`,
      )
      const { widgets } = Object(Object(answer).dashboard)
      const shown = Array.from<Readonly<Record<string, unknown>>>(widgets).map(
        ({ name, visualization, data }) => {
          const { __typename: kind, value, labels, ranks, rows } = Object(data)
          return [
            name,
            Object(visualization).kind,
            kind,
            value === undefined ? (labels ?? ranks ?? rows).length > 0 : value > 0,
          ]
        },
      )
      expect(shown).toEqual([
        [dataset, 'NUMBER', 'Counter', true],
        ['total_amount', 'NUMBER', 'Counter', true],
        ['returned_share', 'NUMBER', 'Counter', true],
        ['over_time', 'AREA', 'TimeSeries', true],
        ['over_time_by_group', 'STACKED_BAR', 'TimeSeries', true],
        ['by_country', 'BAR', 'Leaderboard', true],
        ['by_channel', 'BAR', 'Leaderboard', true],
        ['details', 'TABLE', 'Table', true],
      ])
    })
  })

  function euros(amount: number): string {
    return new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR' }).format(amount)
  }

  test('a tenant that has no rows sees none', async () => {
    const metric = 'orders_ndjson'
    expect(await asked('shop-33333', `{ counter(input: { metric: "${metric}" }) { value } }`)).toEqual({
      counter: { value: 0 },
    })
  })

  test('the document says what was guessed', async () => {
    const text = await readFile(path('csv.yaml'), 'utf8')
    expect(
      text.slice(0, text.indexOf('dashboards:')),
    ).toBe(`# A first model of data.orders_csv, guessed from the names and types of its columns and from its 20,000 rows.
# Check, in this order:
# 1. tenantColumn: whoever has a token of a tenant sees the rows with its id there, and no others.
# 2. timeDimension: every period that is asked for is about it.
# 3. The metrics: what a sum or a mean of them says, and in which unit.

dataSources:
  - name: warehouse
    kind: chdb
tenancy:
  dataSource: warehouse
datasets:
  - name: orders_csv
    dataSource: warehouse
    database: data
    table: orders_csv
    tenantColumn: shop_id # 40 tenants
    timeDimension: ordered_at # the one time that there is
    dimensions:
      - { name: ordered_at, type: time } # the time that rows are counted by
      - { name: country, type: string } # 8 values
      - { name: channel, type: string } # 4 values
      - { name: category, type: string } # 6 values
      - { name: amount_eur, type: number }
      - { name: items, type: number }
      - { name: is_returned, type: boolean }
      - { name: rating, type: number }
      # Not dimensions:
      # - "order_id" has 20,000 values, too many to group by
      # - "customer_id" has 7,289 values, too many to group by
    metrics:
      - { name: orders_csv, aggregate: count }
      - { name: total_amount, aggregate: sum, column: amount_eur, format: { style: currency, currency: EUR } } # money, in EUR, by its name
      - { name: total_items, aggregate: sum, column: items }
      - { name: average_amount, aggregate: avg, column: amount_eur, format: { style: currency, currency: EUR } }
      - { name: average_items, aggregate: avg, column: items }
      - { name: average_rating, aggregate: avg, column: rating }
      - { name: customers, aggregate: count_distinct, column: customer_id } # how many different ones
      - { name: returned_count, aggregate: count, filters: [ { dimension: is_returned, values: [ true ] } ] }
      - { name: returned_share, ratio: [ returned_count, orders_csv ], format: percent }
`)
  })

  test('a model is made of a table of a server as well, while others use it', async () => {
    const front = await openClickHouseFront(path('data/warehouse'))
    process.env.CLICKHOUSE_URL = front.url
    try {
      const asked = { table: 'orders_csv', tenantColumn: 'shop_id', database: 'data', force: false }
      await init({ ...asked, output: path('server.yaml') })
      expect(await refusal(init({ ...asked, database: undefined }))).toBe(
        'There is no table default.orders_csv. There is data.orders_csv, data.orders_ndjson, data.orders_parquet.',
      )
      const { checks } = await diagnosed({ model: path('server.yaml'), json: true })
      expect(checks.map(({ dataSource, name, outcome }) => `${dataSource}: ${outcome} ${name}`)).toEqual([
        `warehouse: ok ${front.url}`,
        'warehouse: problem grants',
        'warehouse: ok settings',
        'warehouse: ok settings of exports',
        'warehouse: ok data.orders_csv',
        'warehouse: ok data.orders_csv: sorting key',
      ])
    } finally {
      delete process.env.CLICKHOUSE_URL
      await front.close()
    }
    const [own, served] = await Promise.all(
      ['csv.yaml', 'server.yaml'].map((name) => readFile(path(name), 'utf8')),
    )
    expect(served).toBe(
      own?.replace('    kind: chdb\n', '    kind: clickhouse\n    url:\n      env: CLICKHOUSE_URL\n'),
    )
  })

  test('loading and making a model wait until its folder is free', async () => {
    const inUse = `DATA_DIR: ${path('data')} is in use by the process ${process.pid}. Stop it, or choose another folder with DATA_DIR.`
    expect(await refusal(load(path('orders.csv'), { ...loading, table: 'x' }))).toBe(inUse)
    expect(await refusal(init({ table: 'orders_csv', tenantColumn: 'shop_id', force: false }))).toBe(inUse)
  })
})
