import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../support/warehouse-exit.ts', import.meta.url))

test.each(['idle, closed', 'idle, not closed', 'computing, closed', 'after an abort'])(
  'a process with chDB in it ends by itself, without a crash: %s',
  async (way) => {
    const path = await mkdtemp(join(tmpdir(), 'tessera-exit-'))
    const child = spawn(process.execPath, ['--import', 'tsx', script, path, way], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 25_000,
      killSignal: 'SIGKILL',
    })
    const output = Promise.all([child.stdout.toArray(), child.stderr.toArray()])
    const [code, signal] = await once(child, 'exit')
    expect({ code, signal, output: (await output).join('') }).toEqual({ code: 0, signal: null, output: '' })
    await rm(path, { recursive: true, force: true })
  },
)
