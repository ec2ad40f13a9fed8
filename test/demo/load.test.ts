import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LoadProgress, loadDemo } from '../../src/demo/load.ts'
import { type LoadingTarget, openLoadingEngine } from '../../src/load/engine.ts'
import { startScript } from '../support/command-line.ts'

let folder: string
let target: LoadingTarget

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-demo-'))
  target = { kind: 'chdb', path: join(folder, 'warehouse') }
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function lines(statement: string): Promise<readonly string[]> {
  const engine = await openLoadingEngine(target)
  try {
    return await engine.lines(`${statement} FORMAT TSV`)
  } finally {
    await engine.close()
  }
}

const tables = "SELECT name, total_rows FROM system.tables WHERE database = 'demo' ORDER BY name"

describe('the demo', () => {
  test('is loaded once, with its progress', async () => {
    const seen: LoadProgress[] = []
    const onProgress = (progress: LoadProgress) => seen.push(progress)
    expect(await loadDemo(target, { onProgress })).toBe(true)
    const steps = seen.map(({ table, rows }) => `${table} ${rows}`)
    expect([steps[0], steps.includes('airports 3376'), steps.at(-1)]).toEqual([
      'airports 0',
      true,
      'flights 3000000',
    ])
    expect(await loadDemo(target, { onProgress: () => expect.unreachable() })).toBe(false)
    expect(await lines(tables)).toEqual(['airports\t3376', 'flights\t3000000'])
    expect(
      await lines(
        "SELECT min(departed_at), max(departed_at), min(delay), max(delay), countIf(origin = 'ATL') FROM demo.flights",
      ),
    ).toEqual(['2001-01-01 00:01:00\t2001-07-01 00:00:00\t-1116\t1688\t124711'])
  })

  test('is loaded anew where a kill -9 cut it off', async () => {
    // At the second look at the flights, a tenth of a second into an insert that takes half of one.
    const script = `
      const { loadDemo } = await import('./src/demo/load.ts')
      let looks = 0
      const onProgress = ({ table }) => {
        if (table === 'flights') looks += 1
        if (looks === 2) process.kill(process.pid, 'SIGKILL')
      }
      await loadDemo(${JSON.stringify(target)}, { onProgress })`
    expect(await startScript(script).ended).toEqual({ status: null, output: '', errors: '' })
    expect(await lines("SELECT name FROM system.tables WHERE database = 'demo' ORDER BY name")).toEqual([
      'airports',
      'flights_loading',
    ])
    expect(await loadDemo(target)).toBe(true)
    expect(await lines(tables)).toEqual(['airports\t3376', 'flights\t3000000'])
  })
})
