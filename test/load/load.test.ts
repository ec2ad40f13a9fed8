import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describePlan } from '../../src/load/describe-plan.ts'
import { type LoadingEngine, openLoadingEngine } from '../../src/load/engine.ts'
import { type FileOptions, openFile } from '../../src/load/file.ts'
import { type LoadOptions, planLoad, runLoad } from '../../src/load/load.ts'
import { startScript } from '../support/command-line.ts'
import { openOracle, quoted } from '../support/oracle-duckdb.ts'

let folder: string
let path: string
let engine: LoadingEngine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-load-test-'))
  path = join(folder, 'warehouse')
  engine = await openLoadingEngine({ kind: 'chdb', path })
})

afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

type Given = Partial<LoadOptions> & FileOptions & { readonly onProgress?: (rows: number) => void }

/** Loads a file as the command does, and says how it announced it. */
async function loaded(file: string, given: Given = {}): Promise<string> {
  const { format, delimiter, onProgress = () => {}, ...rest } = given
  const options: LoadOptions = {
    ...{ database: 'data', table: 'rows', tenantColumn: 'tenant', orderBy: undefined },
    ...{ replace: true, skipRowsWithoutTenant: false },
    ...rest,
  }
  const opened = await openFile(file, { format, delimiter })
  try {
    const plan = await planLoad(engine, opened, options)
    await runLoad(engine, plan, options, onProgress)
    return describePlan(plan, `${options.database}.${options.table}`).replaceAll(`${folder}/`, '')
  } finally {
    await opened.close()
  }
}

async function written(name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, content)
  return file
}

/** The message, without the folder that the test made. */
async function refusal(loading: Promise<unknown>): Promise<string> {
  const message = await loading.then(
    () => 'It was loaded.',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return message.replaceAll(`${folder}/`, '')
}

function lines(statement: string): Promise<readonly string[]> {
  return engine.lines(`${statement} FORMAT TSV`)
}

const columns =
  "SELECT name, type FROM system.columns WHERE database = 'data' AND table = 'rows' ORDER BY position"
const tables = "SELECT name FROM system.tables WHERE database = 'data' ORDER BY name"

const small = 'tenant,amount\nacme,1\nglobex,2\n'

describe('a CSV', () => {
  test('gets columns of the types that all of its values have, and is shown before', async () => {
    const file = await written(
      'orders.csv',
      [
        'tenant,Order Date,zip,amount,count,paid,day,note,big,mixed,when,nothing',
        'acme,2024-01-02 10:00:00,00123,1.5,7,true,2024-02-29,"a, ""b""\nc",123456789012345678,1,01/02/2024,',
        'globex,2024-01-03T12:00:00+02:00,04567,-2e3,-8,FALSE,1931-05-01,,1234567890123456789,2,03/04/2024,',
        '7,2024-01-04,1,,0,,2024-01-01,é,1,n/a,05/06/2024,',
        '007,2024-01-05 00:00:00.25,1,0.1,1,,2024-01-01,x,1,3,07/08/2024,',
      ].join('\n'),
    )
    expect(
      await loaded(file),
    ).toBe(`orders.csv: 4 rows for the table data.rows, in the order of tenant, order_date

  tenant      text     4 tenants  tenant column
  order_date  instant  4 values   named "Order Date" in the file
  zip         text     3 values   text, because 2 values of it, first in row 2, cannot be a number
  amount      number   3 values   empty in 1 row
  count       integer  4 values
  paid        boolean  2 values   empty in 2 rows
  day         date     3 values
  note        text     3 values   empty in 1 row
  big         text     3 values   text, because 1 value of it, first in row 3, cannot be a number
  mixed       text     4 values   text, because 1 value of it, first in row 4, cannot be a number
  when        text     4 values   days in a form that can be read in two ways are text; write them as 2024-01-31
  nothing     text     0 values   empty in 4 rows; no row has a value
`)
    expect(await lines(columns)).toEqual([
      'tenant\tLowCardinality(String)',
      "order_date\tDateTime64(6, \\'UTC\\')",
      'zip\tLowCardinality(String)',
      'amount\tNullable(Float64)',
      'count\tInt64',
      'paid\tNullable(Bool)',
      'day\tDate32',
      'note\tLowCardinality(Nullable(String))',
      'big\tLowCardinality(String)',
      'mixed\tLowCardinality(String)',
      'when\tLowCardinality(String)',
      'nothing\tLowCardinality(Nullable(String))',
    ])
    expect(await lines('SELECT tenant, order_date, zip, amount, paid, day, note FROM data.rows')).toEqual([
      '007\t2024-01-05 00:00:00.250000\t1\t0.1\t\\N\t2024-01-01\tx',
      '7\t2024-01-04 00:00:00.000000\t1\t\\N\t\\N\t2024-01-01\té',
      'acme\t2024-01-02 10:00:00.000000\t00123\t1.5\ttrue\t2024-02-29\ta, "b"\\nc',
      'globex\t2024-01-03 10:00:00.000000\t04567\t-2000\tfalse\t1931-05-01\t\\N',
    ])
  })

  test('keeps prices exactly, and other numbers as near as a double is', async () => {
    const file = await written(
      'prices.csv',
      'tenant,price,size,weight\nacme,0.1,1,1e3\nacme,0.2,2.5,0.12345\nacme,-7,,2\n',
    )
    await loaded(file)
    expect(await lines('SELECT sum(price), sum(size), sum(weight) FROM data.rows')).toEqual([
      '-6.7\t3.5\t1002.12345',
    ])
    expect((await lines(columns)).slice(1)).toEqual([
      'price\tDecimal(18, 1)',
      'size\tNullable(Decimal(18, 1))',
      'weight\tFloat64',
    ])
  })

  test('keeps what is nearly a number or a date as it is', async () => {
    const values = [
      '2024-02-30', // no day of the calendar
      '2024-01-01 25:00', // no time of a day
      '1850-01-01', // a day before the engine’s first
      '2024-01-01 10:00:00 CET', // a zone that is not an offset
      '+1', // a plus ahead
      '0x1F', // other digits
      'NaN', // no number
      '1e999', // beyond every number
      '12345678901234567.5', // more digits than a number keeps
    ]
    const header = values.map((_, index) => `v${index}`).join(',')
    await loaded(await written('kept.csv', `tenant,${header}\nacme,${values.join(',')}\n`))
    const types = values.map((_, index) => `toTypeName(v${index})`).join(', ')
    expect([
      await lines('SELECT * FROM data.rows'),
      await lines(`SELECT DISTINCT arrayDistinct([${types}]) FROM data.rows`),
    ]).toEqual([[`acme\t${values.join('\t')}`], ["['LowCardinality(String)']"]])
  })

  test('may begin with a byte order mark, end without a line feed, be separated otherwise, and be compressed', async () => {
    await loaded(await written('mark.csv', '\ufeff"tenant";a\nacme;1,5'), { delimiter: ';' })
    expect(await lines('SELECT * FROM data.rows')).toEqual(['acme\t1,5'])
    await loaded(await written('rows.tsv', 'tenant\ta\nacme\t"x\ty"\n'))
    expect(await lines('SELECT * FROM data.rows')).toEqual(['acme\tx\\ty'])
    await loaded(await written('rows.csv.gz', gzipSync(small)))
    expect(await lines('SELECT * FROM data.rows')).toEqual(['acme\t1', 'globex\t2'])
  })

  test('has spaces around numbers left out, and kept in a tenant’s id and in texts', async () => {
    const file = await written(
      'spaces.csv',
      'tenant,n,at,note\nacme, 1 , 2024-01-01 10:00, x\n acme,2,  ,"y "\n',
    )
    await loaded(file)
    expect(await lines('SELECT tenant, n, at, note FROM data.rows ORDER BY n')).toEqual([
      'acme\t1\t2024-01-01 10:00:00\t x',
      ' acme\t2\t\\N\ty ',
    ])
  })

  test.each([
    ['too many fields', 'tenant,a\nx,1\ny,2,3\n', 'row 3: There is no line feed. "3" found instead.'],
    [
      'too few fields',
      'tenant,a\nx,1\ny\nz,2\n',
      "row 3: Line feed found where delimiter (,) is expected. It's like your file has less columns than expected.",
    ],
    [
      'a quote that is not closed',
      'tenant,a\nx,1\ny,"2\nz,3\n',
      'row 3: its last field begins with a quote that nothing closes, to the end of the file.',
    ],
    [
      'the same name twice',
      'tenant,a,a\nx,1,2\n',
      ': Duplicate column name found while schema inference: "a".',
    ],
    [
      'what is no UTF-8',
      Buffer.from('tenant,a\nx,1\ny,M\xfcller\n', 'latin1'),
      'row 3, column a: expected text in UTF-8. Convert the file, for example: iconv -f WINDOWS-1252 -t UTF-8.',
    ],
  ])('with %s is refused by its row, and nothing of it is kept', async (_, content, message) => {
    await loaded(await written('small.csv', small))
    const file = await written('damaged.csv', content)
    expect(await refusal(loaded(file))).toBe(
      `damaged.csv${message.startsWith(':') ? '' : ', '}${message} Nothing was loaded.`,
    )
    expect([await lines('SELECT * FROM data.rows'), await lines(tables)]).toEqual([
      ['acme\t1', 'globex\t2'],
      ['rows'],
    ])
  })

  test.each([
    ['', 'empty.csv: it has no rows.'],
    ['tenant,a\n', 'empty.csv: it has no rows.'],
    [
      'tenant;a\nx;1\n',
      `--tenant-column: expected a column of the file ("tenant;a"), not "tenant". Its header is one field: is there another character between the fields? Say it with --delimiter ';'.`,
    ],
  ])('of %j is refused', async (content, message) => {
    expect(await refusal(loaded(await written('empty.csv', content)))).toBe(message)
  })

  test('may have more columns than one statement looks at', async () => {
    const places = Array.from({ length: 90 }, (_, index) => index)
    const row = (print: (place: number) => string) => `${places.map(print).join(',')},tenant`
    const file = await written(
      'wide.csv',
      `${row((place) => `c${place}`)}\n${row(String)}\n${row((place) => `${place}`)}\n`,
    )
    await loaded(file)
    expect((await lines(columns)).slice(-1)).toEqual(['tenant\tLowCardinality(String)'])
    expect(
      await lines(`SELECT DISTINCT ${places.map((place) => `c${place}`).join(' + ')} FROM data.rows`),
    ).toEqual(['4005'])
  })

  test('a broken row far behind the beginning is named', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => `acme,${index}${index === 51_233 ? ',9' : ''}`)
    const file = await written('late.csv', `tenant,a\n${rows.join('\n')}\n`)
    expect(await refusal(loaded(file))).toBe(
      'late.csv, row 51235: There is no line feed. "9" found instead. Nothing was loaded.',
    )
  })
})

describe('names', () => {
  const hostile = [
    "a'); DROP TABLE data.rows; --",
    '`b` String',
    'c\\',
    '{d:String}',
    'e"f',
    'Größe (m²)',
    '金額',
    '2nd',
    'x y',
  ]
  const safe = [
    'a_drop_table_data_rows',
    'b_string',
    'c',
    'd_string',
    'e_f',
    'gro_e_m2',
    'column_8',
    'column_2nd',
    'x_y',
  ]

  test('of a CSV’s columns become letters, digits and _', async () => {
    const header = ['tenant', ...hostile.map((name) => `"${name.replaceAll('"', '""')}"`)].join(',')
    await loaded(await written('hostile.csv', `${header}\nacme,1,2,3,4,5,6,7,8,9\n`))
    expect(await lines(columns)).toEqual([
      'tenant\tLowCardinality(String)',
      ...safe.map((name) => `${name}\tInt64`),
    ])
    expect(await lines('SELECT * FROM data.rows')).toEqual(['acme\t1\t2\t3\t4\t5\t6\t7\t8\t9'])
  })

  test('of keys in JSON lines do as well, and each keeps its values', async () => {
    const row = Object.fromEntries([['tenant', 'acme'], ...hostile.map((name, index) => [name, index])])
    await loaded(await written('hostile.ndjson', `${JSON.stringify(row)}\n`))
    expect(await lines(columns)).toEqual([
      'tenant\tLowCardinality(String)',
      ...safe.map((name) => `${name}\tInt64`),
    ])
    expect(await lines('SELECT * FROM data.rows')).toEqual(['acme\t0\t1\t2\t3\t4\t5\t6\t7\t8'])
  })

  test('that would become one are refused', async () => {
    expect(await refusal(loaded(await written('same.csv', 'tenant,x y,x-y\nacme,1,2\n')))).toBe(
      'The columns "x y" and "x-y" would both be named x_y. Rename one of them in the file.',
    )
  })

  test('of keys with control characters are refused', async () => {
    expect(await refusal(loaded(await written('control.ndjson', '{"tenant":"a","x\\u0000":1}\n')))).toBe(
      'control.ndjson: the name of a column, "x\\u0000", is empty or holds control characters. Rename it in the file.',
    )
  })

  test('of files are taken letter by letter', async () => {
    await mkdir(join(folder, "{a,b} 'q'"))
    await written('a', small.replace('acme', 'wrong'))
    for (const name of [
      '*.csv',
      'a?.csv',
      '{a,b}.csv',
      "it's \\ :: x.csv",
      'é %20 \n.csv',
      "{a,b} 'q'/[x].csv",
    ]) {
      await loaded(await written(name, small))
      expect(await lines('SELECT tenant, amount FROM data.rows')).toEqual(['acme\t1', 'globex\t2'])
    }
  })
})

describe('JSON lines', () => {
  test('get a column for each key of any line, and what is nested as JSON', async () => {
    const rows = [
      { tenant: 7, at: '2024-01-01T10:00:00Z', amount: 1.5, tags: ['a', 'b'] },
      { tenant: 'x', amount: 2, paid: true, deep: { a: [1] } },
      { tenant: '007', amount: null, late: 'z' },
    ]
    await loaded(await written('rows.jsonl', `${rows.map((row) => JSON.stringify(row)).join('\n\n')}\n`))
    expect(await lines(columns)).toEqual([
      'tenant\tLowCardinality(String)',
      "at\tNullable(DateTime64(0, \\'UTC\\'))",
      'amount\tNullable(Decimal(18, 1))',
      'tags\tLowCardinality(Nullable(String))',
      'paid\tNullable(Bool)',
      'deep\tLowCardinality(Nullable(String))',
      'late\tLowCardinality(Nullable(String))',
    ])
    expect(await lines('SELECT * FROM data.rows')).toEqual([
      '007\t\\N\t\\N\t\\N\t\\N\t\\N\tz',
      '7\t2024-01-01 10:00:00\t1.5\t["a","b"]\t\\N\t\\N\t\\N',
      'x\t\\N\t2\t\\N\ttrue\t{"a":[1]}\t\\N',
    ])
  })

  test.each([
    ['{"tenant":"a"}\n{"tenant":"b"\n', 'line 2: expected one JSON object in each line.'],
    ['{"tenant":"a"}\n\n[1]\n"x"\n', 'line 3: expected one JSON object in each line, as in 2 lines in all.'],
  ])('that are not %j are refused by their line', async (content, message) => {
    const file = await written('damaged.ndjson', content)
    expect(await refusal(loaded(file))).toBe(`damaged.ndjson, ${message} Nothing was loaded.`)
  })
})

describe('a Parquet file', () => {
  test('keeps its types, in the widest form of days and instants', async () => {
    const file = join(folder, 'types.parquet')
    const oracle = await openOracle()
    await oracle.run(`COPY (SELECT 7::BIGINT AS tenant, TIMESTAMP '1920-01-01 10:00:00.123456' AS at, DATE '1931-05-01' AS day,
      1.25::DECIMAL(9,2) AS amount, 3::UTINYINT AS tiny, true AS paid, [1, 2] AS list, NULL::VARCHAR AS nothing, 'x' AS text
      UNION ALL SELECT 8, TIMESTAMP '2024-01-01', DATE '2024-01-01', 2, 4, false, [3], NULL, '') TO ${quoted(file)}`)
    oracle.close()
    await loaded(file)
    expect(await lines(columns)).toEqual([
      'tenant\tInt64',
      "at\tDateTime64(6, \\'UTC\\')",
      'day\tDate32',
      'amount\tDecimal(12, 2)',
      'tiny\tInt32',
      'paid\tBool',
      'list\tLowCardinality(String)',
      'nothing\tLowCardinality(Nullable(String))',
      'text\tLowCardinality(String)',
    ])
    expect(await lines('SELECT * FROM data.rows')).toEqual([
      '7\t1920-01-01 10:00:00.123456\t1931-05-01\t1.25\t3\ttrue\t[1,2]\t\\N\tx',
      '8\t2024-01-01 00:00:00.000000\t2024-01-01\t2\t4\tfalse\t[3]\t\\N\t',
    ])
    expect(await refusal(loaded(file, { tenantColumn: 'at' }))).toBe(
      'types.parquet, column at: expected text, whole numbers or UUIDs, which can hold the id of a tenant; it is instant. Nothing was loaded.',
    )
  })

  test('that was cut off or changed is refused', async () => {
    const file = join(folder, 'numbers.parquet')
    const oracle = await openOracle()
    await oracle.run(
      `COPY (SELECT 'acme' AS tenant, hash(range)::VARCHAR AS value FROM range(20000)) TO ${quoted(file)} (COMPRESSION zstd)`,
    )
    oracle.close()
    const whole = await readFile(file)
    const cut = await written('cut.parquet', whole.subarray(0, whole.length - 100))
    expect(await refusal(loaded(cut))).toBe(
      'cut.parquet: Not a Parquet file (wrong magic bytes at the end of file). Nothing was loaded.',
    )
    const changed = Buffer.from(whole)
    changed.fill(0x5a, 100_000, 104_000)
    expect(await refusal(loaded(await written('changed.parquet', changed)))).toMatch(
      /^changed\.parquet, column value: .+ Nothing was loaded\.$/,
    )
  })
})

describe('rows without a tenant', () => {
  const file = () => written('gaps.csv', 'tenant,amount\nacme,1\n,2\n"  ",3\nglobex,4\n')

  test('are counted and refused', async () => {
    expect(await refusal(loaded(await file()))).toBe(
      "gaps.csv, column tenant: 2 rows, first row 3, have no tenant's id (nothing, spaces, control characters or more than 256 characters). No tenant would ever see them. Mend the file, or leave them out with --skip-rows-without-tenant.",
    )
  })

  test('are left out where that is asked for, and it is said how many', async () => {
    const [told] = (await loaded(await file(), { skipRowsWithoutTenant: true })).split('\n')
    expect(told).toBe(
      'gaps.csv: 2 rows for the table data.rows, in the order of tenant; 2 rows without a tenant left out',
    )
    expect(await lines('SELECT * FROM data.rows')).toEqual(['acme\t1', 'globex\t4'])
  })

  test('are no table, where there are no others', async () => {
    const none = await written('none.csv', 'tenant,amount\n,1\n')
    expect(await refusal(loaded(none, { skipRowsWithoutTenant: true }))).toBe(
      'none.csv: no row has a tenant.',
    )
  })
})

describe('a table', () => {
  test('that is there is replaced only where that is asked for', async () => {
    const file = await written('small.csv', small)
    await loaded(file)
    expect(await refusal(loaded(file, { replace: false }))).toBe(
      'data.rows is there already, with 2 rows. --replace puts the file in its place; or choose another --table.',
    )
    await loaded(await written('other.csv', 'tenant,b\nx,1\n'))
    expect([await lines('SELECT * FROM data.rows'), await lines(tables)]).toEqual([['x\t1'], ['rows']])
  })

  test('is sorted as it is asked for', async () => {
    const file = await written('sorted.csv', 'tenant,The Day,amount\nacme,2024-01-01,\nacme,2024-01-02,2\n')
    const [told] = (await loaded(file, { orderBy: ['The Day', 'tenant'] })).split('\n')
    const key = "SELECT sorting_key FROM system.tables WHERE database = 'data' AND name = 'rows'"
    expect([told, await lines(key)]).toEqual([
      'sorted.csv: 2 rows for the table data.rows, in the order of the_day, tenant',
      ['the_day, tenant'],
    ])
    expect(await refusal(loaded(file, { orderBy: ['amount'] }))).toBe(
      '--order-by: expected columns with a value in every row; amount lacks some.',
    )
    expect(await refusal(loaded(file, { orderBy: ['amunt'] }))).toBe(
      '--order-by: expected a column of the file ("tenant", "The Day", "amount"), not "amunt".',
    )
  })

  test('is as it was after a kill -9 in the midst of loading it, and the next load clears up', async () => {
    const count = 400_000
    const rows = Array.from(
      { length: count },
      (_, index) => `t${index % 9},${index},${'x'.repeat(40)}${index}`,
    )
    const file = await written('many.csv', `tenant,n,text\n${rows.join('\n')}\n`)
    await loaded(await written('small.csv', small))
    await engine.close()
    const options = { database: 'data', table: 'rows', tenantColumn: 'tenant', replace: true }
    const script = `
      const { openLoadingEngine } = await import('./src/load/engine.ts')
      const { openFile } = await import('./src/load/file.ts')
      const { planLoad, runLoad } = await import('./src/load/load.ts')
      const engine = await openLoadingEngine(${JSON.stringify({ kind: 'chdb', path })})
      const options = ${JSON.stringify(options)}
      const plan = await planLoad(engine, await openFile(${JSON.stringify(file)}, {}), options)
      let looks = 0
      await runLoad(engine, plan, options, () => {
        looks += 1
        if (looks === 2) process.kill(process.pid, 'SIGKILL')
      })`
    expect(await startScript(script).ended).toEqual({ status: null, output: '', errors: '' })
    engine = await openLoadingEngine({ kind: 'chdb', path })
    expect([await lines(tables), await lines('SELECT * FROM data.rows')]).toEqual([
      ['rows', 'rows_loading'],
      ['acme\t1', 'globex\t2'],
    ])
    const seen: number[] = []
    await loaded(file, { onProgress: (done) => seen.push(done) })
    expect([seen[0], seen.at(-1), seen.indexOf(count)]).toEqual([0, count, seen.length - 1])
    expect([await lines(tables), await lines('SELECT count(), sum(n) FROM data.rows')]).toEqual([
      ['rows'],
      [`${count}\t${(count * (count - 1)) / 2}`],
    ])
  })

  test('holds what another engine reads in the same file', async () => {
    const file = join(folder, 'many.csv')
    const oracle = await openOracle()
    const [expected] = await oracle.rows(
      `SELECT count(*)::INTEGER AS rows, count(DISTINCT tenant)::INTEGER AS tenants, sum(length(text))::INTEGER AS letters FROM ${quoted(file)} WHERE tenant <> 't3'`,
    )
    oracle.close()
    const [rows, tenants, letters] =
      (
        await lines(
          "SELECT count(), uniqExact(tenant), sum(length(text)) FROM data.rows WHERE tenant != 't3'",
        )
      )[0]?.split('\t') ?? []
    expect({ rows: Number(rows), tenants: Number(tenants), letters: Number(letters) }).toEqual(expected)
  })
})

test('no link of ours is left behind', async () => {
  const before = (await readdir(tmpdir())).filter((name) => /^tessera-load-(?!test)/.test(name))
  await loaded(await written('small.csv', small))
  await refusal(loaded(await written('bad.csv', 'tenant\n"x\n')))
  const after = (await readdir(tmpdir())).filter((name) => /^tessera-load-(?!test)/.test(name))
  expect(after.filter((name) => !before.includes(name))).toEqual([])
})

test.each([
  ['rows.txt', 'rows.txt: its name does not say what it holds. Expected --format csv|tsv|parquet|ndjson.'],
  ['nowhere.csv', 'nowhere.csv: cannot be read.'],
  ["{a,b} 'q'", "{a,b} 'q': expected a file."],
])('%s is refused', async (name, message) => {
  if (name === 'rows.txt') await written(name, small)
  expect(await refusal(openFile(join(folder, name), {}))).toBe(message)
})
