import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * The side that floods, in a process of its own, and as cheap as it can be: it has to share a small machine with the server
 * that it floods. Requests are bytes made beforehand, of which some digits are written anew each time; each connection waits
 * for one answer at a time, as browsers do.
 */
export interface FloodCounts {
  readonly seconds: number
  readonly sent: number
  /** By status. */
  readonly answers: Readonly<Record<string, number>>
}

export interface Flood {
  readonly url: string
  /** A good one, of which bad ones are made. */
  readonly token: string
  /** Once good, by now expired. */
  readonly expired: readonly string[]
  readonly perSecond: number
  readonly seconds: number
}

const connections = 500

process.once('message', async (flood: Flood) => {
  process.send?.(await run(flood))
})

async function run(flood: Flood): Promise<FloodCounts> {
  const { url, perSecond, seconds } = flood
  const { hostname, port, host } = new URL(url)
  const answers: Record<string, number> = {}
  const idle: Line[] = []
  const lines = Array.from({ length: connections }, (_, index) =>
    openLine(Number(port), hostname, requestsOf(host, flood, index), { idle, answers }),
  )
  let sent = 0
  const started = performance.now()
  for (let passed = 0; passed < seconds * 1_000; passed = performance.now() - started) {
    // A server that is behind is waited for: whoever has no answer yet sends nothing more.
    for (let due = Math.floor((passed * perSecond) / 1_000); sent < due; sent += 1) {
      const line = idle.shift()
      if (line === undefined) break
      line.send(sent)
    }
    await delay(1)
  }
  const took = (performance.now() - started) / 1_000
  for (const line of lines) line.end()
  return { seconds: took, sent, answers }
}

interface Line {
  /** @param count another one each time */
  send(count: number): void
  end(): void
}

interface Known {
  readonly idle: Line[]
  readonly answers: Record<string, number>
}

function openLine(
  port: number,
  hostname: string,
  requests: readonly Request[],
  { idle, answers }: Known,
): Line {
  let isFirst = true
  let isIdle = false
  let isOver = false
  let next = 0
  const rest = () => {
    if (!isIdle) idle.push(line)
    isIdle = true
  }
  const open = () => {
    const made = connect({ port, host: hostname, noDelay: true })
    isFirst = true
    made.on('connect', rest)
    made.on('error', () => made.destroy())
    made.on('close', () => {
      answers.closed = (answers.closed ?? 0) + 1
      if (!isOver) socket = open()
    })
    made.on('data', (data) => {
      if (isFirst) {
        const status = data.toString('latin1', 9, 12)
        answers[status] = (answers[status] ?? 0) + 1
      }
      // A body of JSON ends with a brace, and nothing before its end does so at the end of what is sent at once.
      isFirst = data.at(-1) === 0x7d
      if (isFirst) rest()
    })
    return made
  }
  const line: Line = {
    send: (count) => {
      const request = requests[next++ % requests.length]
      if (request === undefined) return
      isIdle = false
      const { bytes, digitsAt } = request
      if (digitsAt !== null) bytes.write(count.toString(16).padStart(8, '0'), digitsAt, 'latin1')
      socket.write(bytes)
    },
    end: () => {
      isOver = true
      socket.destroy()
    },
  }
  let socket = open()
  return line
}

interface Request {
  readonly bytes: Buffer
  /** Where eight digits stand that may be any; null where another digit would be another kind. */
  readonly digitsAt: number | null
}

const digits = 'dddddddd'
const requestBody = '{"query":"{ viewer { tenantId } }"}'

/** One of each kind, none of which is ever sent twice but for the expired ones. */
function requestsOf(host: string, { token, expired }: Flood, index: number): readonly Request[] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const forged = `${digits}${signature.slice(digits.length)}`
  const unknownKey = { alg: 'EdDSA', kid: randomUUID(), typ: 'guest+jwt' }
  const unsigned = { alg: 'none', typ: 'guest+jwt' }
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  const credentials = [
    `${header}.${payload}.${forged}`,
    `${header}.${encoded({ ...claims, tenant_id: `ORD ${index}` })}.${forged}`,
    `${encoded(unknownKey)}.${payload}.${forged}`,
    `${encoded(unknownKey)}.${encoded({ ...claims, iss: `https://${index}.example` })}.${forged}`,
    expired[index % expired.length] ?? '',
    `${encoded(unsigned)}.${payload}.${digits}`,
    `${header}.${payload}${digits}`,
    `${digits}.not.${'a'.repeat(index)}`,
    `tsk_${digits}${'0'.repeat(56)}`,
  ]
  const requests = credentials.map((credential) => {
    const head = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer ${credential}`
    const text = `${head}\r\ncontent-length: ${requestBody.length}\r\n\r\n${requestBody}`
    const at = text.indexOf(digits)
    return { bytes: Buffer.from(text, 'latin1'), digitsAt: at < 0 ? null : at }
  })
  // Each line begins with another kind.
  const from = index % requests.length
  return [...requests.slice(from), ...requests.slice(0, from)]
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
