import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type Ended, runCommand } from '../support/command-line.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const counts = {
  tried: z.number(),
  refused: z.number(),
  own: z.number(),
  empty: z.number(),
  inconclusive: z.number(),
  failed: z.number(),
  crossed: z.number(),
}
const reportSchema = z.object({
  tenants: z.array(z.string()),
  verdict: z.string(),
  groups: z.array(z.object({ name: z.string(), ...counts })),
  crossings: z.array(z.unknown()),
  failures: z.array(z.unknown()),
  notTried: z.array(z.string()),
})

/** One thing in so many is tried here; `npm run proof` tries each. */
const every = process.env.VERIFY_EVERY ?? '10'

let server: TestServer
let folder: string
let ended: Ended
let report: z.infer<typeof reportSchema>

beforeAll(async () => {
  server = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'tessera-verify-'))
  const output = join(folder, 'report.json')
  const asked = ['--tenants', 'ATL,ORD', '--every', every, '--output', output]
  ended = await runCommand(['verify', '--url', server.url, ...asked], { TESSERA_API_KEY: server.apiKey })
  report = reportSchema.parse(JSON.parse(await readFile(output, 'utf8')))
}, 240_000)

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await server.close()
})

test('nothing crosses between two tenants of the demo', () => {
  expect({ status: ended.status, errors: ended.errors, verdict: report.verdict }).toEqual({
    status: 0,
    errors: '',
    verdict: 'held',
  })
  expect([report.tenants, report.crossings, report.failures, report.notTried]).toEqual([
    ['ATL', 'ORD'],
    [],
    [],
    [],
  ])
})

test('every group tries something, and its outcomes add up', () => {
  expect(report.groups.map(({ name }) => name)).toEqual([
    'baselines',
    'tampering',
    'operations',
    'ids',
    'repetition',
    'cursors',
    'filters',
    'grants',
    'locks',
  ])
  for (const { name, tried, refused, own, empty, inconclusive, failed, crossed } of report.groups) {
    expect([name, tried > 0, refused + own + empty + inconclusive + failed + crossed]).toEqual([
      name,
      true,
      tried,
    ])
  }
})

test('what is inconclusive is what both tenants are shown alike, and nothing else', () => {
  expect(report.groups.filter(({ inconclusive }) => inconclusive > 0).map(({ name }) => name)).toEqual([
    'baselines',
  ])
})

test('the last line says how much was tried and what came of it', () => {
  const lines = ended.output.trimEnd().split('\n')
  expect(lines[lines.length - 1]).toMatch(
    /^[\d,]+ attempts, 0 crossings\. [\d,]+ refused, [\d,]+ answered with the asking tenant's own rows, [\d,]+ with none, \d+ inconclusive, 0 failed\. [\d.]+ s\.( Only one in \d+ was tried\.)? Nothing crossed\.$/,
  )
})

test('no token and no key stand in the report', () => {
  expect(/eyJ|tsk_/.test(ended.output)).toBe(false)
})
