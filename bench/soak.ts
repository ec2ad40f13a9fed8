import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { grantsModel } from '../test/support/grants-model.ts'
import { startGrantsServer } from '../test/support/grants-server.ts'

/**
 * A thousand who watch one figure for ten minutes (SOAK_SECONDS), and others who come and go: how many statements it
 * costs, how long a change takes to reach them, and whether memory stays flat. Fails where it does not.
 */
const seconds = Number(process.env.SOAK_SECONDS ?? 600)
const everySeconds = 2
const subscribers = 1_000
const perToken = 20
const slackBytes = 20 * 2 ** 20

interface Counted {
  readonly open: number
  readonly events: number
  readonly came: number
}

const server = await startGrantsServer(grantsModel(), { overHttp: true })
const { front } = server
if (front === null) throw new Error('No front.')
const tokens = await Promise.all(
  Array.from({ length: subscribers / perToken + 1 }, (_, index) =>
    server.guestToken({ tenantId: 'acme', subject: `person ${index}`, expiresInSeconds: seconds + 600 }),
  ),
)

globalThis.gc?.()
const idle = process.memoryUsage()
const clients = fork(fileURLToPath(new URL('soak-clients.ts', import.meta.url)), {
  execArgv: process.execArgv,
})
let counted: Counted = { open: 0, events: 0, came: 0 }
clients.on('message', (message: Counted) => {
  counted = message
})
clients.send({ url: server.url, tokens, perToken, everySeconds })
while (counted.open < subscribers) await delay(100)
globalThis.gc?.()
const perSubscriber = (process.memoryUsage().heapUsed - idle.heapUsed) / subscribers
console.log(`${subscribers} subscribers of one tenant on one question, asked every ${everySeconds} s`)
console.log(`rss ${megabytes(idle.rss)} MB before, heap ${(perSubscriber / 1024).toFixed(1)} kB for each`)

const samples: number[] = []
const startedAt = performance.now()
const statementsBefore = front.received.length
for (let second = 10; second <= seconds; second += 10) {
  await server.execute(
    `insert into demo.orders values ('acme', '2024-05-01 00:00:00', '2024-05-02 00:00:00', '2024-05-03', 'c1', 'north', 'bolt', 1, 1, true)`,
  )
  await delay(startedAt + second * 1_000 - performance.now())
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  samples.push(rss)
  const statements = front.received.length - statementsBefore
  console.log(
    [
      `${second} s`,
      `rss ${megabytes(rss)} MB`,
      `heap ${megabytes(heapUsed)} MB`,
      `${statements} statements (${((statements * everySeconds) / second).toFixed(2)} an interval)`,
      `${counted.events} events`,
      `${counted.came} came and went`,
    ].join(', '),
  )
}
clients.kill()
await once(clients, 'exit')
await server.close()

const third = Math.ceil(samples.length / 3)
const growth = median(samples.slice(-third)) - median(samples.slice(third, -third))
console.log(`memory of the last third against the second: ${growth >= 0 ? '+' : ''}${megabytes(growth)} MB`)
process.exit(growth > slackBytes ? 1 : 0)

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
