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

test('a warehouse that fails before the first row is an answer, not a file', async () => {
  const { status, isBroken, bytes } = await takenWhile('503', 'CSV')
  expect({ status, isBroken, code: JSON.parse(bytes.toString()).errors[0].extensions.code }).toEqual({
    status: 503,
    isBroken: false,
    code: 'WAREHOUSE_UNAVAILABLE',
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
  await expect.poll(latest, { timeout: 10_000 }).toEqual(['FAILED', 'FAILED', 'FAILED', 'FAILED', 'FAILED'])
})
