import { execFile } from 'node:child_process'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { loadDemo } from '../../src/demo/load.ts'
import { createLogger } from '../../src/log.ts'
import { openStore } from '../../src/store/connect.ts'
import { preparedVariable } from './prepared-variable.ts'

/**
 * What many test files begin with is made by the first of a run and copied by the others: an empty, migrated store takes
 * 5 s of a core to make and 0.1 s to copy. Without a run (benchmarks, scripts) everything is made where it is needed.
 */

const run = promisify(execFile)

/** An empty store of PGlite in the data folder, closed. */
export function prepareStore(dataFolder: string): Promise<void> {
  return prepare('store', join(dataFolder, 'store'), async () => {
    const store = await openStore({ dataFolder, log: createLogger('silent') })
    await store.close()
  })
}

/** The demo's rows in an embedded warehouse, closed. */
export function prepareDemo(path: string): Promise<void> {
  return prepare('demo', path, async () => {
    await loadDemo({ kind: 'chdb', path })
  })
}

/** @param make makes the folder, which is not there yet */
async function prepare(name: string, folder: string, make: () => Promise<void>): Promise<void> {
  const prepared = process.env[preparedVariable]
  if (prepared === undefined) return make()
  const template = join(prepared, name)
  if (await isThere(template)) return copy(template, folder)
  await make()
  // Whole or not at all; of two that make it at once the second one's is thrown away.
  const aside = `${template}.${process.pid}`
  await copy(folder, aside)
  await rename(aside, template).catch(() => rm(aside, { recursive: true, force: true }))
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  // Seven times as fast as the copying of node:fs, for the thousand files of a store.
  await run('cp', ['-R', from, to])
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
