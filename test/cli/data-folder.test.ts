import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataFolderInUse, lockDataFolder } from '../../src/cli/data-folder-lock.ts'
import { keptSecret } from '../../src/cli/kept-secret.ts'
import { processStartedAt } from '../../src/cli/process-started-at.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-folder-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function leaveLock(holder: object | string): Promise<void> {
  const text = typeof holder === 'string' ? holder : JSON.stringify(holder)
  await writeFile(join(folder, 'lock.json'), text)
}

async function startIdleProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const pid = child.pid ?? 0
  const host = hostname()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    holder: { pid, host, startedAt: await processStartedAt(pid) },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('a data folder', () => {
  test('is locked for one process, which the others are told of', async () => {
    const { holder, kill } = await startIdleProcess()
    await leaveLock(holder)
    const refused = await lockDataFolder(folder).catch((error: unknown) => error)
    await kill()
    expect(refused).toBeInstanceOf(DataFolderInUse)
    expect(Object(refused).message).toBe(
      `DATA_DIR: ${folder} is in use by the process ${holder.pid}. Stop it, or choose another folder with DATA_DIR.`,
    )
  })

  test('is free again when its process was killed', async () => {
    const { holder, kill } = await startIdleProcess()
    await leaveLock(holder)
    await kill()
    await (await lockDataFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  test('is free where the number of a killed process was given out again', async () => {
    await leaveLock({ pid: process.ppid, host: hostname(), startedAt: 'some other time' })
    const lock = await lockDataFolder(folder)
    expect(JSON.parse(await readFile(join(folder, 'lock.json'), 'utf8'))).toEqual({
      pid: process.pid,
      host: hostname(),
      startedAt: await processStartedAt(process.pid),
    })
    await lock.release()
  })

  test.each(['', '{"pid":', '[]'])('is free where the lock is no lock of ours: %j', async (text) => {
    await leaveLock(text)
    await (await lockDataFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  test('can be locked again after its release', async () => {
    await (await lockDataFolder(folder)).release()
    const lock = await lockDataFolder(folder)
    await expect(lockDataFolder(folder)).rejects.toThrow(DataFolderInUse)
    await lock.release()
  })
})

describe('a kept secret', () => {
  test('is made once, and only its owner can read it', async () => {
    const made: string[] = []
    const make = () => {
      made.push('one')
      return `secret ${made.length}`
    }
    expect([await keptSecret(folder, 'key', make), await keptSecret(folder, 'key', make)]).toEqual([
      'secret 1',
      'secret 1',
    ])
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['key'])
  })
})
