import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestEngine, type TestEngine } from '../../support/warehouse.ts'

/** The stand-in for a server speaks the interface as the ordinary client expects it. */
let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

test('the ordinary client creates, inserts (compressed) and reads (compressed)', async () => {
  const client = createClient({ url: engine.front.url, compression: { request: true, response: true } })
  await client.command({
    query: 'CREATE TABLE default.spoken (a UInt8, b String) ENGINE = MergeTree ORDER BY a',
  })
  await client.insert({
    table: 'default.spoken',
    values: [
      [1, "it's"],
      [2, 'b'],
    ],
    format: 'JSONCompactEachRow',
  })
  const answer = await client.query({
    query: 'SELECT a, b FROM default.spoken WHERE b = {b:String}',
    query_params: { b: "it's" },
    format: 'JSONEachRow',
  })
  expect(answer.response_headers['content-encoding']).toBe('gzip')
  expect(await answer.json()).toEqual([{ a: 1, b: "it's" }])
  expect(await client.ping()).toEqual({ success: true })
  expect(await client.ping({ select: true })).toEqual({ success: true })
  await client.close()
})

test('settings in the address hold for that request alone', async () => {
  const client = createClient({ url: engine.front.url })
  const query = "SELECT value FROM system.settings WHERE name = 'max_threads'"
  const one = await client.query({ query, format: 'TabSeparated', clickhouse_settings: { max_threads: 3 } })
  expect(await one.text()).toBe('3\n')
  const other = await client.query({ query, format: 'TabSeparated' })
  expect(await other.text()).not.toBe('3\n')
  await client.close()
})

test('an exception has its status, its header and its text', async () => {
  const response = await fetch(engine.front.url, { method: 'POST', body: 'SELECT * FROM default.absent' })
  expect({
    status: response.status,
    code: response.headers.get('x-clickhouse-exception-code'),
    text: await response.text(),
  }).toEqual({
    status: 404,
    code: '60',
    text: expect.stringMatching(/^Code: 60\. DB::Exception: .*\(UNKNOWN_TABLE\) \(version /s),
  })
})

test('an answer carries the id of its query, its format and a summary', async () => {
  const address = `${engine.front.url}/?query_id=mine&enable_http_compression=1&query=SELECT%201%20AS%20one%20FORMAT%20JSONCompactColumns`
  const response = await fetch(address, { headers: { 'accept-encoding': 'gzip' } })
  expect({
    id: response.headers.get('x-clickhouse-query-id'),
    format: response.headers.get('x-clickhouse-format'),
    summary: JSON.parse(response.headers.get('x-clickhouse-summary') ?? ''),
    body: await response.json(),
  }).toEqual({
    id: 'mine',
    format: 'JSONCompactColumns',
    summary: { read_rows: '1', read_bytes: '18' },
    body: [[1]],
  })
})
