import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const launcher = new URL('../../bin/tessera.cjs', import.meta.url)

let folder: string

/** In place of the built command line: makes the pool start and counts the process's threads. */
const probe = `
import { pbkdf2 } from 'node:crypto'
import { readFileSync } from 'node:fs'
pbkdf2('', '', 1, 8, 'sha256', () => {
  console.log(/Threads:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
})
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-launcher-'))
  await mkdir(join(folder, 'bin'))
  await mkdir(join(folder, 'dist/cli'), { recursive: true })
  await copyFile(launcher, join(folder, 'bin/tessera.cjs'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'dist/cli/main.js'), probe)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function threads(environment: Record<string, string>): Promise<number> {
  const { stdout } = await run(process.execPath, [join(folder, 'bin/tessera.cjs')], { env: environment })
  return Number(stdout)
}

describe.runIf(process.platform === 'linux')('the launcher', () => {
  test('gives the pool 32 threads before the first of them is used, or the number that was given', async () => {
    const withDefault = await threads({})
    const withSix = await threads({ UV_THREADPOOL_SIZE: '6' })
    expect(withDefault - withSix).toBe(32 - 6)
  })
})
