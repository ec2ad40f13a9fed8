import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/log.ts'
import { openStore } from '../../src/store/connect.ts'
import type { Store } from '../../src/store/store.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tessera-pglite-'))
})

afterAll(() => rm(root, { recursive: true, force: true }))

function open(dataFolder: string): Promise<Store> {
  return openStore({ dataFolder, log: createLogger('silent') })
}

describe('a process that is killed while it makes its store', () => {
  // The moments at which a store that is made in its place could not be opened again, and those around them.
  test.each(['store.unfinished/base', 'store/PG_VERSION'])(
    'when %s has come leaves nothing that keeps the next from starting',
    async (file) => {
      const dataFolder = join(root, file.replaceAll('/', '-'))
      const script = join(import.meta.dirname, '../support/commit-tenants.ts')
      const child = spawn(process.execPath, ['--import', 'tsx', script, dataFolder, '0'], { stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)))
      while (!existsSync(join(dataFolder, file)) && child.exitCode === null) await sleep(1)
      child.kill('SIGKILL')
      expect(await ended).toBe('SIGKILL')
      const store = await open(dataFolder)
      await store.ping()
      await store.close()
      expect(existsSync(join(dataFolder, 'store.unfinished'))).toBe(false)
    },
    // Making a store takes three seconds, and is done twice.
    120_000,
  )
})

describe('a folder that is no whole store is named, and left as it is:', () => {
  function message(dataFolder: string): string {
    return `DATA_DIR: the store in ${dataFolder}/store cannot be opened: its files are damaged or not the store's. Restore it, or move it away to start with an empty one.`
  }

  test('one with the files of something else', async () => {
    const dataFolder = join(root, 'other')
    await mkdir(join(dataFolder, 'store'), { recursive: true })
    await writeFile(join(dataFolder, 'store/letter.txt'), 'Dear customer')
    await expect(open(dataFolder)).rejects.toThrow(message(dataFolder))
    expect(await readdir(dataFolder, { recursive: true })).toEqual(['store', 'store/letter.txt'])
  })

  test('one with a damaged file', async () => {
    const whole = join(root, 'whole')
    await (await open(whole)).close()
    const dataFolder = join(root, 'damaged')
    await cp(whole, dataFolder, { recursive: true })
    await truncate(join(dataFolder, 'store/global/pg_control'), 10)
    await expect(open(dataFolder)).rejects.toThrow(message(dataFolder))
  })
})
