import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildEmbed, type Manifest } from '../../scripts/embed/build.ts'

const firstChartMaxBytes = 180_000
const entryMaxBytes = 52_000

let folder: string
let manifest: Manifest

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-budget-'))
  manifest = await buildEmbed({ folder: join(folder, 'embed') })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** The files that stand between a page and the first run of those named, as brotli. */
function bytesOf(names: readonly string[]): number {
  const needed = new Set<string>()
  const add = (name: string) => {
    if (needed.has(name)) return
    needed.add(name)
    for (const imported of manifest.files[name]?.imports ?? []) add(imported)
  }
  for (const name of names) add(name)
  return [...needed].reduce((sum, name) => sum + (manifest.files[name]?.brotliBytes ?? Number.NaN), 0)
}

/** The file of a part that is loaded when it is needed. */
function part(name: string): string {
  const found = Object.keys(manifest.files).filter((file) => new RegExp(`^${name}-\\w+\\.js$`).test(file))
  expect(found).toHaveLength(1)
  return found[0] ?? ''
}

describe('what a page loads', () => {
  test('before it can ask for its first figure is small', () => {
    expect(bytesOf([manifest.entries['tessera.js'] ?? ''])).toBeLessThan(entryMaxBytes)
  })

  test.each(['line', 'bar'])('before its first %s chart is at most 180 kB', (kind) => {
    const parts = ['tessera-chart', 'plot-scene', 'plot', kind].map(part)
    expect(bytesOf([manifest.entries['tessera.js'] ?? '', ...parts])).toBeLessThanOrEqual(firstChartMaxBytes)
  })

  test('later is named by what it holds, and known to the manifest', () => {
    const files = new Set(Object.keys(manifest.files))
    const named = Object.values(manifest.files).flatMap(({ imports, lazy }) => [...imports, ...lazy])
    expect(named.filter((name) => !files.has(name))).toEqual([])
    expect(named.filter((name) => !/-[A-Z\d]{8}\.js$/.test(name))).toEqual([])
  })
})
