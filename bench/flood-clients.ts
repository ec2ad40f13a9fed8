import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** The side that floods, in a process of its own: requests are written as text, many at a time on each connection. */
export interface FloodCounts {
  readonly seconds: number
  readonly sent: number
  /** By status. */
  readonly answers: Readonly<Record<string, number>>
}

interface Flood {
  readonly url: string
  /** A good one, of which the bad ones are made. */
  readonly token: string
  readonly perSecond: number
  readonly seconds: number
}

const connections = 100
const rounds = 20
const unansweredMax = 8

process.once('message', async (flood: Flood) => {
  process.send?.(await run(flood))
})

async function run({ url, token, perSecond, seconds }: Flood): Promise<FloodCounts> {
  const { hostname, port, host } = new URL(url)
  const answers: Record<string, number> = {}
  const tokens = badTokens(token)
  const lines = await Promise.all(
    Array.from({ length: connections }, () => openLine(Number(port), hostname, answers)),
  )
  let sent = 0
  const started = performance.now()
  for (let round = 1; round <= seconds * rounds; round++) {
    for (const line of lines) {
      // A server that is behind is waited for: what is not read yet would only fill the buffers between the two.
      const count = Math.min(perSecond / rounds / connections, unansweredMax - line.unanswered)
      if (count <= 0) continue
      const texts = Array.from({ length: count }, () =>
        requestText(host, tokens[sent++ % tokens.length] ?? ''),
      )
      line.write(texts)
    }
    await delay(Math.max(0, started + (round * 1_000) / rounds - performance.now()))
  }
  const took = (performance.now() - started) / 1_000
  for (const line of lines) line.end()
  return { seconds: took, sent, answers }
}

interface Line {
  readonly unanswered: number
  write(texts: readonly string[]): void
  end(): void
}

async function openLine(port: number, hostname: string, answers: Record<string, number>): Promise<Line> {
  let unanswered = 0
  let socket: Socket
  async function open(): Promise<void> {
    unanswered = 0
    socket = connect(port, hostname)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      for (const [, status = ''] of data.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        answers[status] = (answers[status] ?? 0) + 1
        unanswered -= 1
      }
    })
    await once(socket, 'connect')
  }
  await open()
  return {
    get unanswered() {
      return unanswered
    },
    write: (texts) => {
      if (socket.destroyed) {
        answers.reconnected = (answers.reconnected ?? 0) + 1
        void open()
        return
      }
      unanswered += texts.length
      socket.write(texts.join(''))
    },
    end: () => socket.destroy(),
  }
}

function requestText(host: string, token: string): string {
  const body = '{"query":"{ viewer { tenantId } }"}'
  return `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** A hundred with a wrong signature, each another one, and some of every other kind. */
function badTokens(token: string): readonly string[] {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const forged = Array.from({ length: 100 }, (_, index) => {
    const bytes = Buffer.from(signature, 'base64url')
    bytes.writeUInt32BE(index, 0)
    return `${header}.${payload}.${bytes.toString('base64url')}`
  })
  const unsigned = `${Buffer.from('{"alg":"none","typ":"guest+jwt"}').toString('base64url')}.${payload}.AAAA`
  const key = `tsk_${'0'.repeat(64)}`
  return [...forged, unsigned, key, 'x', 'a.b.c', `${header}.${payload}`]
}
