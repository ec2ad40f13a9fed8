import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { processStartedAt } from './process-started-at.ts'

export interface DataFolderLock {
  release(): Promise<void>
}

/** Another process has the folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse'

  constructor(folder: string, { pid, host }: Holder) {
    const where = host === hostname() ? '' : ` on ${host}`
    super(
      `DATA_DIR: ${folder} is in use by the process ${pid}${where}. Stop it, or choose another folder with DATA_DIR.`,
    )
  }
}

const holderSchema = z.object({ pid: z.int(), host: z.string(), startedAt: z.string() })
type Holder = z.infer<typeof holderSchema>

const attempts = 5

/**
 * One process at a time. What a killed process left behind is told from a living one by the time that the process of
 * that number started, so that a number that was given out again doesn't block. chDB and PGlite would corrupt or
 * refuse a folder that two processes have.
 * @throws DataFolderInUse
 */
export async function lockDataFolder(folder: string): Promise<DataFolderLock> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'lock.json')
  const own = join(folder, `lock.${process.pid}.json`)
  const holder = { pid: process.pid, host: hostname(), startedAt: await processStartedAt(process.pid) }
  await writeFile(own, JSON.stringify(holder))
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await takes(own, path)) return { release: () => rm(path, { force: true }) }
      const current = await readHolder(path)
      if (current !== null && (await isAlive(current))) throw new DataFolderInUse(folder, current)
      await takeAway(path, `${own}.stale`, current)
    }
    throw new Error(`DATA_DIR: the lock of ${folder} changes all the time; start one process at a time.`)
  } finally {
    await rm(own, { force: true })
  }
}

/** Linking is one step: the lock is never there without its content, and never made twice. */
async function takes(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Null where there is none, or none that a process of ours wrote. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (isCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError) return null
    throw error
  }
}

async function isAlive({ pid, host, startedAt }: Holder): Promise<boolean> {
  // A container that came in the place of another has its folder, but not its name; chDB's own lock is left then.
  if (host !== hostname()) return false
  return (await processStartedAt(pid)) === startedAt
}

/** Of two that find the same dead lock one may be late and take the other's new one: that is put back. */
async function takeAway(path: string, aside: string, dead: Holder | null): Promise<void> {
  try {
    await rename(path, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  const taken = await readHolder(aside)
  if (taken !== null && JSON.stringify(taken) !== JSON.stringify(dead)) await takes(aside, path)
  await rm(aside, { force: true })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
