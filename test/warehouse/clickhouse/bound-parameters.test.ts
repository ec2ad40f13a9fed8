import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TesseraError } from '../../../src/errors.ts'
import { engineErrorOf } from '../../../src/warehouse/engine-errors.ts'
import { type Parameter, Statement } from '../../../src/warehouse/statement.ts'
import type { Cell, Warehouse } from '../../../src/warehouse/warehouse.ts'
import { openTestEngine, statement, type TestEngine, unhurried, ways } from '../../support/warehouse.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

const hostile = [
  '',
  ' ',
  "'",
  '"',
  '`',
  '\\',
  "\\'",
  "'; DROP TABLE t; --",
  '-- ',
  '/* ',
  '\t',
  '\n',
  '\r\n',
  '\0',
  '\b\f\v\u0001\u007f',
  '\\N',
  'NULL',
  '\\x41',
  '\\\\x41',
  '%00%27',
  'a&param_p0=b',
  '{p0:String}',
  '{p1:Identifier}',
  "' SETTINGS readonly = 0 FORMAT Null; ",
  'Zürich',
  '東京',
  '😀👩‍👩‍👧',
  '\u2028\u202e\ufeff',
  'é'.normalize('NFD'),
  'x'.repeat(50_000),
]

describe.each(ways)('over %s', (way) => {
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await engine.open(way, 1)
  })

  async function roundTrip(text: string): Promise<readonly (Cell | undefined)[]> {
    const { columns } = await warehouse.run(
      statement('SELECT {p0:String} AS v, hex({p0:String}) AS bytes', text),
      unhurried,
    )
    return columns.map((column) => column[0])
  }

  test.each(hostile)('a string comes back byte by byte: %j', async (text) => {
    expect(await roundTrip(text)).toEqual([text, Buffer.from(text, 'utf8').toString('hex').toUpperCase()])
  })

  test('any well-formed string comes back byte by byte', async () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.isWellFormed())
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        expect(await roundTrip(text)).toEqual([text, Buffer.from(text, 'utf8').toString('hex').toUpperCase()])
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  const values: readonly (readonly [Parameter['type'], string, Cell])[] = [
    ['Int64', '-9223372036854775808', '-9223372036854775808'],
    ['UInt64', '18446744073709551615', '18446744073709551615'],
    ['Float64', '-1.5e-7', -1.5e-7],
    ['Float32', '0.25', 0.25],
    ['Bool', 'true', true],
    ['UUID', '61f0c404-5cb3-11e7-907b-a6006ad3dba0', '61f0c404-5cb3-11e7-907b-a6006ad3dba0'],
    ['Decimal(76, 20)', '12345678901234567890.12345', '12345678901234567890.12345'],
    ['Date32', '1999-12-31', '1999-12-31'],
  ]
  test.each(values)('a value of type %s comes back: %s', async (type, value, expected) => {
    const text = `SELECT {p0:${type}} AS v SETTINGS output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1 FORMAT JSONColumnsWithMetadata`
    const { columns } = await warehouse.run(Statement.of(text, [{ name: 'p0', type, value }]), unhurried)
    expect(columns).toEqual([[expected]])
  })

  test('ten thousand integers in one parameter come back', async () => {
    const integers = Array.from({ length: 10_000 }, (_, index) => String(index * 86_400))
    const list = { name: 'p0', type: 'Array(Int64)', value: `[${integers.join(',')}]` } as const
    const { columns } = await warehouse.run(
      statement('SELECT arrayJoin({p0:Array(Int64)}) AS v', list),
      unhurried,
    )
    expect(columns).toEqual([integers])
  })

  test('a value that its type refuses is an error that repeats none of it', async () => {
    const secret = { name: 'p0', type: 'Int64', value: 'sesame' } as const
    const run = warehouse.run(statement('SELECT {p0:Int64} AS v', secret), unhurried)
    const error = await run.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'Something went wrong on the server.' })
    if (!(error instanceof TesseraError)) throw error
    expect(String(error.details.cause)).toMatch(/^Error: ClickHouse \d+ [A-Z_]+$/)
    expect(String(engineErrorOf(error))).toContain('sesame')
  })
})

describe('on a connection of chDB that others used before', () => {
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await engine.open('chdb', 1)
  })

  /** A statement that no printer could make: it names a parameter and doesn't bind it. */
  function forgetful(type: string): Statement {
    const forgotten = Statement.of(`SELECT {p1:${type}} AS v FORMAT JSONColumnsWithMetadata`, [
      { name: 'p1', type: 'String', value: '' },
    ])
    return Object.create(forgotten, { text: { value: forgotten.text }, parameters: { value: [] } })
  }

  test.each(['String', 'Nullable(String)', 'Int64', 'Array(Int64)', 'UUID', 'Bool', 'Decimal(76, 20)'])(
    'a statement that forgot to bind a %s fails instead of seeing an earlier value',
    async (type) => {
      const earlier = warehouse.run(
        statement('SELECT {p0:String} AS a, {p1:String} AS b', '1', '2'),
        unhurried,
      )
      expect((await earlier).columns).toEqual([['1'], ['2']])
      await expect(warehouse.run(forgetful(type), unhurried)).rejects.toMatchObject({ code: 'INTERNAL' })
      // And once more, after statements that bind none of it.
      await warehouse.run(statement('SELECT {p0:String} AS a', '3'), unhurried)
      await expect(warehouse.run(forgetful(type), unhurried)).rejects.toMatchObject({ code: 'INTERNAL' })
    },
  )

  test('nor does it after a statement that failed or was aborted', async () => {
    const failing = warehouse.run(
      statement('SELECT {p1:String} + nothing AS v, {p0:String}', '1', '2'),
      unhurried,
    )
    await expect(failing).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(warehouse.run(forgetful('String'), unhurried)).rejects.toMatchObject({ code: 'INTERNAL' })
    const endless = statement(
      'SELECT count() AS n FROM numbers_mt(1000000000000) WHERE sipHash64(number) = 1 AND {p0:String} = {p1:String}',
      '2',
      '2',
    )
    const aborted = warehouse.run(endless, { signal: AbortSignal.timeout(100), timeoutMs: 20_000 })
    await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(warehouse.run(forgetful('String'), unhurried)).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})
