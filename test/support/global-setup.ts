import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { preparedVariable } from './prepared-variable.ts'

/** Before all test files: where prepared.ts keeps what it copies. Their processes inherit the environment. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-prepared-'))
  process.env[preparedVariable] = folder
  return () => rm(folder, { recursive: true, force: true })
}
