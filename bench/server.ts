import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface BenchServer {
  readonly url: string
  readonly apiKey: string
  readonly pid: number
}

export interface BenchServers {
  /** Of whatever else the measurement keeps. */
  readonly folder: string
  /** In a process of its own, as in production, on a free port and with a folder of its own. */
  start(
    script: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<BenchServer>
  /** Ends them and removes the folder. */
  close(): Promise<void>
}

export async function openBenchServers(): Promise<BenchServers> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  const children: ChildProcess[] = []
  return {
    folder,
    start: async (script, args, environment = {}) => {
      const port = await freePort()
      const apiKey = `tsk_${randomBytes(32).toString('hex')}`
      const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          PORT: String(port),
          DATA_DIR: join(folder, `server-${port}`),
          TESSERA_BOOTSTRAP_API_KEY: apiKey,
          ...environment,
        },
      })
      children.push(child)
      const url = `http://127.0.0.1:${port}`
      await isReady(url, script)
      return { url, apiKey, pid: child.pid ?? 0 }
    },
    close: async () => {
      await Promise.all(children.map(ended))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** It writes into the folder until then. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

async function isReady(url: string, script: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${script} did not come up.`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
