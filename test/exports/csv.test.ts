import { expect, test } from 'vitest'
import { writeCsv } from '../../src/exports/csv.ts'
import { oneBatch } from '../../src/exports/sheet.ts'

async function fieldFor(value: string): Promise<string> {
  const column = { name: 'a', title: 'A', type: { kind: 'text' }, format: null } as const
  const zone = { name: 'UTC', local: (second: number) => second }
  const chunks: Uint8Array[] = []
  for await (const chunk of writeCsv({ columns: [column], rows: oneBatch([[value]]), zone }))
    chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8').replace('\uFEFFA\r\n', '').replace(/\r\n$/, '')
}

test.each([
  ['=1+1', "'=1+1"],
  ['  @SUM(A1)', "'  @SUM(A1)"],
  ['a;=HYPERLINK(1);b', "a;'=HYPERLINK(1);b"],
  ['a; -1', "a; '-1"],
  ['a\t+1', "a\t'+1"],
  ['a|@b', "a|'@b"],
  ['a" ;" =1', '"a"" ;"" \'=1"'],
  ['a;=;-;b', "a;'=;'-;b"],
  ['x\n=1+1;b', '"x\n\'=1+1;b"'],
  ['x;"=1"', '"x;""\'=1"""'],
  ['\t=1', "'\t'=1"],
  ['＝1', "'＝1"],
  ['﹦1', "'﹦1"],
  ['﹢1', "'﹢1"],
  ['a;﹣1', "a;'﹣1"],
  ['﹫b', "'﹫b"],
])('%j is no formula in CSV, whatever separates the fields of who reads it', async (value, field) => {
  expect(await fieldFor(value)).toBe(field)
})

test.each(['a=b', 'a -1', '1 =1; b', 'a-b; c', 'x@y.example', 'a | b', 'one\ttwo', '1+1'])(
  '%j stays as it is',
  async (value) => {
    expect(await fieldFor(value)).toBe(value)
  },
)

test.each([
  [';\n\t ', 2],
  ['|', 0],
  [' ', 0],
  ['\t', 0],
  ['"', 1_000_002],
  ['; ', 0],
  ['x;" ', 250_002],
])('a long run of %j costs no more than its length', async (run, more) => {
  const text = `x${run.repeat(1_000_000 / run.length)}y`
  expect((await fieldFor(text)).length).toBe(text.length + more)
})
