import { once } from 'node:events'
import { connect } from 'node:net'
import { startMemoryServer } from './export-memory-client.ts'

/**
 * Several answers at once, each as large as one may be or larger, from a process with little memory: none of them is
 * what it dies of, and those that are too large are refused. Many more that nobody reads are not what it dies of either,
 * and whoever reads gets an answer meanwhile.
 */
const atOnce = Number(process.argv[2] ?? 8)
const heapMegabytes = 512
const server = await startMemoryServer(20_000, heapMegabytes)

/** Of a thousand rows each, with so many fields of some 45 bytes. */
function questions(count: number, fields: number): string {
  const names = Array.from({ length: fields }, (_, index) => `${'a'.repeat(38)}${index}: rank`)
  const one = (index: number) =>
    `q${index}: leaderboard(input: { metric: "how_many", dimensions: ["name"], limit: 1000 }) { rows { ...F } }`
  const all = Array.from({ length: count }, (_, index) => one(index))
  return `{ ${all.join(' ')} } fragment F on LeaderboardRow { ${names.join(' ')} }`
}

async function ask(query: string): Promise<{ megabytes: number; code: string }> {
  const response = await server.post(query)
  const text = await response.text()
  const code = /"code":"(\w+)"/.exec(text.slice(0, 1_000))?.[1] ?? 'answered'
  return { megabytes: Math.round(text.length / 1e6), code }
}

let isWithin = true
for (const [what, query, expected] of [
  ['as large as they may be', questions(11, 30), 'answered'],
  ['sixty times as large', questions(90, 300), 'QUERY_TOO_LARGE'],
] as const) {
  const startedAt = performance.now()
  const answers = await Promise.all(Array.from({ length: atOnce }, () => ask(query)))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  isWithin &&= answers.every(({ code }) => code === expected)
  const told = answers.map(({ megabytes, code }) => `${code} ${megabytes} MB`)
  process.stdout.write(`${atOnce} at once, ${what}: ${seconds} s, ${[...new Set(told)].join(', ')}\n`)
}

/** Asks and takes the headers at most: the rest is for the server to keep, or not. */
async function askUnread(query: string): Promise<void> {
  const { hostname, port } = new URL(server.url)
  const body = JSON.stringify({ query })
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await once(socket, 'readable')
}

const unread = 40
const startedAt = performance.now()
for (let index = 0; index < unread; index += 1) await askUnread(questions(11, 30))
const { megabytes, code } = await ask(questions(11, 30))
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
isWithin &&= code === 'answered'
process.stdout.write(`${unread} that nobody reads, and one: ${seconds} s, ${code} ${megabytes} MB\n`)
await server.close()
process.exit(isWithin ? 0 : 1)
