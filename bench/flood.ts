import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openBenchClient } from './client.ts'
import type { Flood, FloodCounts } from './flood-clients.ts'
import { median } from './measure.ts'
import { openBenchServers } from './server.ts'

/**
 * Ten thousand bad tokens a second for ten seconds (FLOOD_SECONDS), beside one client whose token is good: what it waits
 * for its answers, and what the server keeps of it all. Fails where the median more than doubles or memory grows.
 */
const seconds = Number(process.env.FLOOD_SECONDS ?? 10)
const perSecond = 10_000
const slackBytes = 40 * 2 ** 20

const servers = await openBenchServers()
const client = openBenchClient()
const server = await servers.start('scripts/with-embed.ts', ['demo', '--tenant', 'ATL'], {
  // As in production; the demo has no limits.
  TESSERA_REFUSED_RATE_PER_ADDRESS: '300',
})
const token = await client.mintToken(server, 'ATL')
const expired = await Promise.all(Array.from({ length: 20 }, () => client.mintToken(server, 'ATL', 1)))

await latencies(2)
const quiet = await latencies(seconds)
const clients = fork(fileURLToPath(new URL('flood-clients.ts', import.meta.url)), {
  execArgv: process.execArgv,
})
const finished = countsOf(clients)
const flood: Flood = { url: server.url, token, expired, perSecond, seconds: seconds + 2 }
clients.send(flood)
await delay(1_000)
const memoryBefore = await residentBytes(server.pid)
const cpuBefore = await cpuMs(server.pid)
const flooded = await latencies(seconds)
const cpuWhileFlooded = ((await cpuMs(server.pid)) - cpuBefore) / seconds
const memoryAfter = await residentBytes(server.pid)
const counts = await finished
const refusedPerSecond = counts.sent / counts.seconds
await latencies(2)
const afterwards = await latencies(2)
client.close()
await servers.close()

const grown = memoryAfter - memoryBefore
const slower = median(flooded) / median(quiet)
console.log(
  `bad tokens: ${perSecond} a second wished for, ${Math.round(refusedPerSecond)} sent, ${JSON.stringify(counts.answers)}`,
)
console.log(
  `a good one waits ${ms(median(quiet))} ms before, ${ms(median(flooded))} ms meanwhile (${slower.toFixed(2)} times), ${ms(median(afterwards))} ms after`,
)
console.log(`answers to the good one meanwhile: ${flooded.length}`)
console.log(
  `CPU of the server meanwhile: ${cpuWhileFlooded.toFixed(0)} ms a second, ${((cpuWhileFlooded / refusedPerSecond) * 1_000).toFixed(0)} µs for each of them`,
)
console.log(`memory: ${mb(memoryBefore)} MB at first, ${mb(memoryAfter)} MB after ${seconds} s`)
process.exit(slower > 2 || grown > slackBytes ? 1 : 0)

/** Of a small question every 20 ms, one after the other. */
async function latencies(forSeconds: number): Promise<readonly number[]> {
  const until = performance.now() + forSeconds * 1_000
  const found: number[] = []
  while (performance.now() < until) {
    const started = performance.now()
    await client.post(`${server.url}/graphql`, '{ viewer { tenantId } }', token)
    found.push(performance.now() - started)
    await delay(20)
  }
  return found
}

async function residentBytes(pid: number): Promise<number> {
  const [, pages] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
  return Number(pages) * 4096
}

/** Of all its threads: fields 14 and 15 of proc(5), in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function countsOf(child: ChildProcess): Promise<FloodCounts> {
  const [counts] = await once(child, 'message')
  child.kill()
  return counts
}

function ms(value: number): string {
  return value.toFixed(2)
}

function mb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}
