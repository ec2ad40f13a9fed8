import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchFile } from '../support/exports.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'
import { readWorkbook } from '../support/workbook.ts'

let server: GrantsServer
let token: string
let folder: string

/** What is hard to keep: formulas, quotes, breaks, wide letters, 64 bits, decimals, nulls beside what is empty. */
const odd = [
  ['plain', '-9223372036854775808', '0.10', '1.5', "'2024-01-01 00:00:00.123456'", 'true'],
  ['=1+1', '9223372036854775807', '99999999999999.99', '0.1', "'1969-12-31 23:59:59.999999'", 'false'],
  ['  @SUM(A1)', '9007199254740993', '-0.01', '1e300', "'2024-02-29 12:00:00'", 'true'],
  ['＝cmd', '-1', '-1234.50', '-1e-300', "'2024-03-31 01:30:00.5'", 'false'],
  ['\\ttab', '0', '0', '3', "'1901-01-01 00:00:00'", 'true'],
  ['-5', '1', '1', '4', "'2299-12-31 23:59:59'", 'true'],
  ['+49 30', '2', '2', '5', "'2024-01-01 00:00:00'", 'true'],
  ['a,"b"\\r\\nc', '3', '3', '6', "'2024-01-01 00:00:00'", 'true'],
  ['漢字 ß 👩‍🚀 \u2028', '4', '4', '7', "'2024-01-01 00:00:00'", 'true'],
  ['', '5', '5', '8', "'2024-01-01 00:00:00'", 'true'],
] as const

const texts = odd.map(([text]) => JSON.parse(`"${text.replaceAll('"', '\\"')}"`) as string)

const model = grantsModel()
model.datasets.push({
  ...{ name: 'odd', dataSource: 'warehouse', database: 'demo', table: 'odd', tenantColumn: 'tenant' },
  dimensions: [
    { name: 'id', type: 'number' },
    { name: 'label', type: 'string' },
    { name: 'big', type: 'number' },
    { name: 'price', type: 'number' },
    { name: 'ratio', type: 'number' },
    { name: 'at', type: 'time' },
    { name: 'day', type: 'time' },
    { name: 'flag', type: 'boolean' },
  ],
  metrics: [
    { name: 'odd_count', aggregate: 'count' },
    { name: 'big_sum', aggregate: 'sum', column: 'big' },
    { name: 'price_sum', aggregate: 'sum', column: 'price', format: { style: 'currency', currency: 'EUR' } },
  ],
})

beforeAll(async () => {
  server = await startGrantsServer()
  await server.execute(`create table demo.odd (tenant String, id Int32, label Nullable(String), big Nullable(Int64),
    price Nullable(Decimal(16, 2)), ratio Nullable(Float64), at Nullable(DateTime64(6, 'UTC')), day Nullable(Date32),
    flag Nullable(Bool)) engine = MergeTree order by (tenant, id)`)
  const rows = odd.map(
    ([text, big, price, ratio, at, flag], id) =>
      `('acme', ${id}, '${text.replaceAll("'", "\\'")}', ${big}, '${price}', ${ratio}, ${at}, '2024-02-29', ${flag})`,
  )
  const nulls = `('acme', ${odd.length}, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`
  await server.execute(
    `insert into demo.odd values ${[...rows, nulls].join(', ')}, ('else', 1, 'theirs', 1, 1, 1, '2024-01-01', '2024-01-01', true)`,
  )
  await server.apply(model)
  token = await server.guestToken({ tenantId: 'acme' })
  folder = await mkdtemp(join(tmpdir(), 'tessera-formats-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function inDuckDb(sql: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(sql)
  const rows = result.getRowObjectsJson()
  connection.closeSync()
  instance.closeSync()
  return rows
}

const columns = ['id', 'label', 'big', 'price', 'ratio', 'at', 'day', 'flag']
const records = { dataset: 'odd', columns, orderBy: [{ by: 'id', order: 'ASC' }] }

async function fileOf(format: string, question: object): Promise<string> {
  const path = join(folder, `${format}-${Math.random()}`)
  await writeFile(path, await fetchFile(server, token, { format, ...question }))
  return path
}

const bigs = [...odd.map(([, big]) => big), null]
const prices = [
  '0.10',
  '99999999999999.99',
  '-0.01',
  '-1234.50',
  '0.00',
  '1.00',
  '2.00',
  '3.00',
  '4.00',
  '5.00',
  null,
]

describe('records, as DuckDB reads them', () => {
  test('PARQUET keeps each type and each value', async () => {
    const path = await fileOf('PARQUET', { records })
    const types = await inDuckDb(
      `select column_name as n, column_type as t from (describe select * from read_parquet('${path}'))`,
    )
    expect(Object.fromEntries(types.map(({ n, t }) => [n, t]))).toEqual({
      id: 'INTEGER',
      label: 'VARCHAR',
      big: 'BIGINT',
      price: 'DECIMAL(16,2)',
      ratio: 'DOUBLE',
      at: 'TIMESTAMP WITH TIME ZONE',
      day: 'DATE',
      flag: 'BOOLEAN',
    })
    const rows = await inDuckDb(
      `select id, label, big::varchar as big, price::varchar as price, ratio, epoch_us("at")::varchar as "at", day::varchar as day, flag from read_parquet('${path}')`,
    )
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 11 }, (_, id) => id))
    expect(rows.map(({ label }) => label)).toEqual([...texts, null])
    expect(rows.map(({ big }) => big)).toEqual(bigs)
    expect(rows.map(({ price }) => price)).toEqual(prices)
    expect(rows.map(({ ratio }) => ratio)).toEqual([1.5, 0.1, 1e300, -1e-300, 3, 4, 5, 6, 7, 8, null])
    expect(rows.map(({ at }) => at).slice(0, 6)).toEqual([
      '1704067200123456',
      '-1',
      '1709208000000000',
      '1711848600500000',
      '-2177452800000000',
      '10413791999000000',
    ])
    expect(rows.map(({ day }) => day)).toEqual([...odd.map(() => '2024-02-29'), null])
    expect(rows.map(({ flag }) => flag).slice(-2)).toEqual([true, null])
  })

  test('JSON_LINES has every digit of a number', async () => {
    const path = await fileOf('JSON_LINES', { records })
    const rows = await inDuckDb(
      `select id, label, big, "at" from read_json('${path}', format = 'newline_delimited', columns = {id: 'INTEGER', label: 'VARCHAR', big: 'BIGINT', "at": 'VARCHAR'})`,
    )
    expect(rows.map(({ label }) => label)).toEqual([...texts, null])
    expect(rows.map(({ big }) => big)).toEqual(bigs)
    // DuckDB reads a number with a point by way of a double.
    const text = await readFile(path, 'utf8')
    expect([...text.matchAll(/"price":([^,]+)/g)].map(([, price]) => price)).toEqual([
      ...odd.map(([, , price]) => String(price).replace(/\.?0+$/, '') || '0'),
      'null',
    ])
    expect(rows.map(({ at }) => at).slice(0, 3)).toEqual([
      '2024-01-01T00:00:00.123456Z',
      '1969-12-31T23:59:59.999999Z',
      '2024-02-29T12:00:00Z',
    ])
  })

  test('CSV has every digit too, and no text that is a formula', async () => {
    const path = await fileOf('CSV', { records })
    const rows = await inDuckDb(
      `select * from read_csv('${path}', header = true, all_varchar = true, nullstr = '', allow_quoted_nulls = false, strict_mode = true)`,
    )
    expect(Object.keys(rows[0] ?? {})).toEqual(['Id', 'Label', 'Big', 'Price', 'Ratio', 'At', 'Day', 'Flag'])
    const dangerous = new Set([1, 2, 3, 4, 5, 6])
    expect(rows.map(({ Label }) => Label)).toEqual([
      ...texts.map((text, index) => (dangerous.has(index) ? `'${text}` : text)),
      null,
    ])
    expect(rows.map(({ Big }) => Big)).toEqual(bigs)
    expect(rows.map(({ Price }) => Number(Price))).toEqual(prices.map(Number))
    expect(rows.map(({ At }) => At)[1]).toBe('1969-12-31T23:59:59.999999Z')
  })

  test('XLSX has texts that are no formulas, numbers, times of its zone, and 16 digits as text', async () => {
    const { cells, formats } = readWorkbook(
      await fetchFile(server, token, { format: 'XLSX', records: { ...records, timeZone: 'Europe/Berlin' } }),
    )
    expect(cells[0]).toEqual(
      ['Id', 'Label', 'Big', 'Price', 'Ratio', 'At (Europe/Berlin)', 'Day', 'Flag'].map((text) => ({ text })),
    )
    expect(cells.slice(1).map((row) => row[1])).toEqual([...texts.map((text) => ({ text })), null])
    expect(
      cells
        .slice(1)
        .map((row) => row[2])
        .slice(0, 4),
    ).toEqual([
      { text: '-9223372036854775808' },
      { text: '9223372036854775807' },
      { text: '9007199254740993' },
      { number: -1 },
    ])
    expect(
      cells
        .slice(1)
        .map((row) => row[3])
        .slice(0, 3),
    ).toEqual([{ number: 0.1 }, { text: '99999999999999.99' }, { number: -0.01 }])
    // 2024-02-29 13:00 in Berlin; 2024-03-31 01:30 UTC is after its clock went forward.
    expect([cells[3]?.[5], cells[4]?.[5]]).toEqual([
      { number: 45351 + 13 / 24, format: 'yyyy\\-mm\\-dd\\ hh:mm:ss.000' },
      { number: 45382 + (3 * 3600 + 1800.5) / 86_400, format: 'yyyy\\-mm\\-dd\\ hh:mm:ss.000' },
    ])
    expect(cells[1]?.[6]).toEqual({ number: 45351, format: 'yyyy\\-mm\\-dd' })
    expect([cells[1]?.[7], cells[2]?.[7], cells[11]?.[7]]).toEqual([{ truth: true }, { truth: false }, null])
    expect(formats).toContain('yyyy\\-mm\\-dd')
  })
})

describe('an answer', () => {
  const range = { between: { start: '2024-01-01T00:00:00Z', stop: '2024-04-01T00:00:00Z' } }

  test('of a table keeps figures that no double holds', async () => {
    const table = { metrics: ['big_sum', 'price_sum', 'odd_count'], dimensions: ['flag'] }
    const path = await fileOf('PARQUET', { table })
    const rows = await inDuckDb(
      `select flag, big_sum::varchar as big, price_sum::varchar as price, odd_count as n from read_parquet('${path}') order by flag nulls last`,
    )
    expect(rows).toEqual([
      { flag: false, big: '9223372036854775806', price: '99999999998765.49', n: '2' },
      { flag: true, big: '-9214364837600034800', price: '15.09', n: '8' },
      { flag: null, big: '0', price: '0.00', n: '1' },
    ])
  })

  test('of a series is a row for each bucket of each group, its days as dates', async () => {
    const widgets = {
      id: Buffer.from('Widget:sales/monthly').toString('base64url'),
      timeRange: range,
      timeZone: 'Asia/Tokyo',
    }
    const path = await fileOf('CSV', { widget: { ...widgets, compareTo: 'PREVIOUS_PERIOD' } })
    expect(await inDuckDb(`select * from read_csv('${path}', all_varchar = true)`)).toEqual([
      { Time: '2024-01-01', Revenue: '30', 'Revenue (previous)': '0' },
      { Time: '2024-02-01', Revenue: '70', 'Revenue (previous)': '0' },
      { Time: '2024-03-01', Revenue: '50', 'Revenue (previous)': '0' },
      { Time: '2024-04-01', Revenue: '60', 'Revenue (previous)': '0' },
    ])
  })

  test('of a leaderboard has its keys, figures and shares', async () => {
    const widget = { id: Buffer.from('Widget:sales/regions').toString('base64url') }
    const { cells } = readWorkbook(await fetchFile(server, token, { format: 'XLSX', widget }))
    expect(cells).toEqual([
      ['Rank', 'Region', 'Revenue', 'Share'].map((text) => ({ text })),
      [{ number: 1 }, { text: 'north' }, { number: 100 }, { number: 100 / 210, format: '0.0%' }],
      [{ number: 2 }, { text: 'south' }, { number: 70 }, { number: 70 / 210, format: '0.0%' }],
      [{ number: 3 }, { text: 'east' }, { number: 40 }, { number: 40 / 210, format: '0.0%' }],
    ])
  })

  test('of the rows behind a point has those rows', async () => {
    const drillDown = {
      id: Buffer.from('Widget:sales/monthly').toString('base64url'),
      at: { bucket: '2024-02-01T00:00:00Z' },
      columns: ['customer', 'amount'],
      orderBy: [{ by: 'amount', order: 'ASC' }],
    }
    const text = (await fetchFile(server, token, { format: 'JSON_LINES', drillDown })).toString('utf8')
    expect(text).toBe('{"customer":"c1","amount":30}\n{"customer":"c3","amount":40}\n')
  })

  test('without rows is a file with its columns', async () => {
    const filters = [{ dimension: 'label', values: ['nowhere'] }]
    const empty = { records: { ...records, filters } }
    const path = await fileOf('PARQUET', empty)
    expect(await inDuckDb(`select count(*) as n from read_parquet('${path}')`)).toEqual([{ n: '0' }])
    expect(
      await inDuckDb(`select count(*) as n from (describe select * from read_parquet('${path}'))`),
    ).toEqual([{ n: '8' }])
    expect((await fetchFile(server, token, { format: 'JSON_LINES', ...empty })).toString()).toBe('')
    expect((await fetchFile(server, token, { format: 'CSV', ...empty })).toString()).toBe(
      '\uFEFFId,Label,Big,Price,Ratio,At,Day,Flag\r\n',
    )
    expect(readWorkbook(await fetchFile(server, token, { format: 'XLSX', ...empty })).cells).toHaveLength(1)
  })
})
