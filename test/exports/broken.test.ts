import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeExport } from '../support/exports.ts'
import { grantsModel } from '../support/grants-model.ts'
import { type GrantsServer, startGrantsServer } from '../support/grants-server.ts'
import { readWorkbook } from '../support/workbook.ts'

let server: GrantsServer
let token: string

beforeAll(async () => {
  server = await startGrantsServer(grantsModel(), { overHttp: true })
  token = await server.guestToken({ tenantId: 'acme' })
})
afterAll(() => server.close())

const records = { dataset: 'orders', columns: ['region'] }

/** What came before the connection broke, and whether it did. */
async function taken(url: string) {
  const response = await fetch(url)
  const chunks: Uint8Array[] = []
  let isBroken = false
  try {
    if (response.body !== null) for await (const chunk of response.body) chunks.push(chunk)
  } catch {
    isBroken = true
  }
  return { status: response.status, isBroken, bytes: Buffer.concat(chunks) }
}

async function takenWhile(fault: 'rows, then an exception' | 'rows, then cut off' | '503', format: string) {
  const { url } = await makeExport(server, token, { format, records })
  if (server.front !== null) server.front.fault = fault
  try {
    return await taken(url)
  } finally {
    if (server.front !== null) server.front.fault = null
  }
}

test.each([
  ['CSV', 'rows, then an exception'],
  ['CSV', 'rows, then cut off'],
  ['JSON_LINES', 'rows, then an exception'],
  ['PARQUET', 'rows, then an exception'],
  ['XLSX', 'rows, then an exception'],
] as const)('%s: %s breaks the download', async (format, fault) => {
  const { status, isBroken, bytes } = await takenWhile(fault, format)
  expect({ status, isBroken }).toEqual({ status: 200, isBroken: true })
  expect(bytes.subarray(-4).toString('latin1')).not.toBe('PAR1')
  if (format === 'XLSX') expect(() => readWorkbook(bytes)).toThrow('The zip has no directory.')
})

test('a warehouse that fails before the first row is an answer, not a file, and uses no link up', async () => {
  const { url } = await makeExport(server, token, { format: 'CSV', records })
  const atOnce = async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => taken(url)))
    return answers.toSorted((a, b) => a.status - b.status)
  }
  if (server.front !== null) server.front.fault = '503'
  const failed = await atOnce()
  if (server.front !== null) server.front.fault = null
  const { isBroken, bytes } = failed.at(-1) ?? {}
  expect({ isBroken, code: JSON.parse(String(bytes)).errors[0].extensions.code }).toEqual({
    isBroken: false,
    code: 'WAREHOUSE_UNAVAILABLE',
  })
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set([404, 503]))
  await untilReached()
  expect((await atOnce()).map(({ status }) => status)).toEqual([
    200,
    ...Array.from({ length: 11 }, () => 404),
  ])
})

/** A source that was not reached for seconds is left alone for one more. */
async function untilReached(): Promise<void> {
  const query = '{ counter(input: { metric: "revenue" }) { value } }'
  const errors = async () => (await server.post(token, { query })).body.errors
  await expect.poll(errors, { timeout: 10_000 }).toBeUndefined()
}

/** A download that has begun and whose next rows the warehouse is still looking for. */
async function begunWithoutEnd(credential: string) {
  const killed = server.front?.received.filter((text) => text.startsWith('KILL')).length ?? 0
  const { url } = await makeExport(server, credential, { format: 'CSV', records })
  if (server.front !== null) server.front.fault = 'rows, then nothing'
  const leaving = new AbortController()
  const reader = (await fetch(url, { signal: leaving.signal })).body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  if (server.front !== null) server.front.fault = null
  const readOn = async () => {
    while ((await reader?.read())?.done === false);
  }
  /** Until the engine was told to end the query. */
  const ended = () =>
    expect
      .poll(() => server.front?.received.filter((text) => text.startsWith('KILL')).length, {
        timeout: 10_000,
      })
      .toBeGreaterThan(killed)
  return { leave: () => leaving.abort(), readOn, ended }
}

const oneAtATime = { tenantId: 'acme', limits: { concurrentQueries: 1 } }

test('a revocation breaks a download that is open', async () => {
  const download = await begunWithoutEnd(await server.guestToken({ ...oneAtATime, subject: 'dismissed' }))
  const revoke = 'mutation ($input: RevokeGuestTokensInput!) { revokeGuestTokens(input: $input) }'
  const input = { subject: { tenantId: 'acme', subject: 'dismissed' } }
  await server.data(server.apiKey, revoke, { input })
  await expect(download.readOn()).rejects.toThrow()
  await download.ended()
})

test('a client that leaves its download ends the query and frees its place', async () => {
  const credential = await server.guestToken(oneAtATime)
  const download = await begunWithoutEnd(credential)
  download.leave()
  await download.ended()
  expect(await server.data(credential, '{ counter(input: { metric: "revenue" }) { value } }')).toEqual({
    counter: { value: 210 },
  })
})

test('what broke off stands in the audit', async () => {
  const latest = async () => {
    const { auditEvents } = await server.data(
      server.apiKey,
      '{ auditEvents(first: 30) { edges { node { kind outcome } } } }',
    )
    const edges: { node: { kind: string; outcome: string } }[] = Object(auditEvents).edges
    return edges.filter(({ node }) => node.kind === 'export.downloaded').map(({ node }) => node.outcome)
  }
  const broken = Array.from({ length: 5 }, () => 'FAILED')
  await expect.poll(latest, { timeout: 10_000 }).toEqual(['FAILED', 'FAILED', 'SUCCEEDED', ...broken])
})
