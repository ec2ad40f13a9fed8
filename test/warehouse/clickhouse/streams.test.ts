import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeRows } from '../../../src/warehouse/clickhouse/decode-rows.ts'
import { Statement } from '../../../src/warehouse/statement.ts'
import type { Cell, StreamOptions, Warehouse } from '../../../src/warehouse/warehouse.ts'
import { openTestEngine, type TestEngine, unhurried, ways } from '../../support/warehouse.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

/** A statement for rows one by one, with its values as `{p0:String}` and so on. */
function rowsStatement(select: string, ...values: readonly string[]): Statement {
  const parameters = values.map((value, index) => ({ name: `p${index}`, type: 'String', value }) as const)
  const settings = 'output_format_json_quote_64bit_integers = 1, max_threads = 1'
  return Statement.of(`${select}\nSETTINGS ${settings}\nFORMAT JSONCompactEachRow`, parameters)
}

const streamed = { ...unhurried, owner: { tenant: 'one', token: 'first' } }

async function all(
  warehouse: Warehouse,
  statement: Statement,
  options: StreamOptions = streamed,
): Promise<readonly (readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = []
  for await (const batch of warehouse.stream(statement, options)) rows.push(...batch)
  return rows
}

/** Queries that the engine still works on, but for the one that counts them. */
async function runningQueries(): Promise<string> {
  return (await engine.execute(`SELECT count() FROM system.processes WHERE query LIKE '%numbers%'
    AND query NOT LIKE '%processes%' FORMAT TSV`)) as string
}

describe.each(ways)('over %s', (way) => {
  let warehouse: Warehouse
  beforeAll(async () => {
    warehouse = await engine.open(way)
  })

  test('every row comes once and in order, whatever its bytes', async () => {
    const rows = await all(
      warehouse,
      rowsStatement(
        "SELECT number AS n, concat({p0:String}, '\\n', toString(number)) AS s, if(n = 1, NULL, 'ß') AS x FROM numbers(200000) ORDER BY n",
        'a,"b"\t\\ 漢\u2028',
      ),
    )
    expect(rows).toHaveLength(200_000)
    expect(rows.slice(0, 2)).toEqual([
      ['0', 'a,"b"\t\\ 漢\u2028\n0', 'ß'],
      ['1', 'a,"b"\t\\ 漢\u2028\n1', null],
    ])
    expect(rows.every(([n], index) => n === String(index))).toBe(true)
  })

  test('an answer without rows has no batch', async () => {
    expect(await all(warehouse, rowsStatement('SELECT number FROM numbers(0)'))).toEqual([])
  })

  test('rows that the engine refuses to go on with end in an error', async () => {
    const statement = rowsStatement('SELECT throwIf(number = 190000) FROM numbers(200000)')
    await expect(all(warehouse, statement)).rejects.toMatchObject({ code: 'INTERNAL' })
    const text =
      'SELECT number FROM numbers(200000)\nSETTINGS max_result_rows = 100\nFORMAT JSONCompactEachRow'
    await expect(all(warehouse, Statement.of(text, []))).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: 'The query is larger than its limits.',
    })
  })

  test('what nobody takes any more is ended in the engine', async () => {
    const endless = rowsStatement('SELECT sipHash64(number) FROM numbers(20000000)')
    for await (const batch of way === 'chdb' ? warehouse.stream(endless, streamed) : []) {
      expect(batch.length).toBeGreaterThan(0)
      break
    }
    const long = rowsStatement('SELECT max(sipHash64(number, number + 1)) FROM numbers(100000000000)')
    const gone = new AbortController()
    const next = warehouse
      .stream(long, { ...streamed, signal: gone.signal, timeoutMs: 60_000 })
      [Symbol.asyncIterator]()
      .next()
    setTimeout(() => gone.abort(new Error('The client has gone.')), 100)
    await expect(next).rejects.toThrow('The client has gone.')
    await expect(
      warehouse
        .stream(long, { ...streamed, timeoutMs: 100 })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
    await expect.poll(runningQueries, { timeout: 10_000 }).toBe('0\n')
  })

  test('thirty streams at once take turns, and each gets the rows of its own parameters', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        all(warehouse, rowsStatement('SELECT {p0:String} FROM numbers(2)', `value ${index}`)),
      ),
    )
    expect(answers).toEqual(Array.from({ length: 30 }, (_, i) => [[`value ${i}`], [`value ${i}`]]))
  })
})

/** One whose rows are not all taken. */
function openStream(warehouse: Warehouse, tenant: string, token = tenant, signal?: AbortSignal) {
  const statement = rowsStatement('SELECT number FROM numbers(1000000)')
  const options = { timeoutMs: unhurried.timeoutMs, signal, owner: { tenant, token } }
  return warehouse.stream(statement, options)[Symbol.asyncIterator]()
}

test('the slow readers of one tenant leave places for those of others', async () => {
  const warehouse = await engine.open('chdb')
  const leaving = new AbortController()
  const slow = [1, 2, 3, 4].map((token) => openStream(warehouse, 'slow', `token ${token}`, leaving.signal))
  const begun = slow.map((stream) => stream.next().catch(() => null))
  await Promise.all(begun.slice(0, 2))
  const owner = { tenant: 'other', token: 'one' }
  expect(await all(warehouse, rowsStatement('SELECT 1'), { ...unhurried, owner })).toEqual([[1]])
  leaving.abort(new Error('The clients have gone.'))
  expect((await Promise.all(begun.slice(2))).every((first) => first === null)).toBe(true)
  await Promise.all(slow.map((stream) => stream.return?.(undefined)))
})

test('streams take no connection from the queries', async () => {
  const warehouse = await engine.open('chdb', 2)
  const streams = [1, 2, 3, 4].map((tenant) => openStream(warehouse, `tenant ${tenant}`))
  await Promise.all(streams.map((stream) => stream.next()))
  await expect(warehouse.ping(5_000)).resolves.toBeUndefined()
  await Promise.all(streams.map((stream) => stream.return?.(undefined)))
})

test('rows that are put in order beside the memory leave no file behind', async () => {
  const warehouse = await engine.open('chdb')
  const statement = Statement.of(
    'SELECT sipHash64(number) AS h, toString(number) AS s FROM numbers(200000) ORDER BY h, s\n' +
      'SETTINGS max_threads = 1, max_bytes_before_external_sort = 1000000, max_bytes_ratio_before_external_sort = 0\nFORMAT JSONCompactEachRow',
    [],
  )
  const files = async () => (await readdir(join(engine.path, 'tmp'))).length
  for await (const _ of warehouse.stream(statement, streamed)) {
    expect(await files()).toBeGreaterThan(0)
    break
  }
  await expect.poll(files).toBe(0)
})

describe('rows are found wherever chunks break', () => {
  const body = Buffer.from('["ä\\n","1"]\n["",null]\n["漢",true]\n')

  async function decoded(chunks: readonly Uint8Array[]) {
    async function* source() {
      yield* chunks
    }
    const rows: (readonly Cell[])[] = []
    for await (const batch of decodeRows(source())) rows.push(...batch)
    return rows
  }

  test('at every pair of places', async () => {
    for (let first = 0; first <= body.length; first++) {
      for (let second = first; second <= body.length; second++) {
        const chunks = [body.subarray(0, first), body.subarray(first, second), body.subarray(second)]
        expect(await decoded(chunks)).toEqual([
          ['ä\n', '1'],
          ['', null],
          ['漢', true],
        ])
      }
    }
  })

  test('also a row of many, each of whose bytes is looked at once', async () => {
    const part = Buffer.alloc(512, 'a')
    const parts = Array.from({ length: 10_000 }, () => part)
    const rows = await decoded([Buffer.from('["'), ...parts, Buffer.from('"]\n["b"]\n')])
    expect(rows.map(([cell]) => String(cell).length)).toEqual([512 * 10_000, 1])
  })

  test('and a row that goes on and on is given up', async () => {
    const part = Buffer.alloc(2 ** 20, 'a')
    let taken = 0
    async function* endless() {
      while (true) {
        taken += 1
        yield part
      }
    }
    const rows = decodeRows(endless())
    await expect(rows.next()).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      cause: new Error('A row of the answer does not end.'),
    })
    expect(taken).toBe(17)
  })

  test('and an end within a row is none', async () => {
    await expect(decoded([body.subarray(0, body.length - 1)])).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
    })
  })
})
