import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../src/audit/events.ts'
import { originCheck } from '../../src/http/cors.ts'
import { createSuspectRefusal } from '../../src/http/refuse-suspects.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'

const suspect = 'Bearer suspect'
const page = 'https://app.example.com'
const body = '{"query":"{ hello }"}'
const json = { 'content-type': 'application/json' }
let server: RunningServer
let events: AuditEvent[] = []

beforeAll(async () => {
  const refuses = createSuspectRefusal({
    turnsAway: (authorization, address) => authorization === suspect && address === '192.0.2.1',
    allowsOrigin: originCheck([page]),
    audit: {
      record: (event) => void events.push(event),
      flush: async () => undefined,
      close: async () => undefined,
    },
  })
  server = await startServer({
    ...{ host: '127.0.0.1', port: 0 },
    handler: (request, response) => {
      if (!refuses(request, response, '192.0.2.1')) response.end('looked at')
    },
  })
})
beforeEach(() => {
  events = []
})
afterAll(() => server.close(0))

/** By default a POST to /graphql of whom would not be looked at. */
async function send(headers: Readonly<Record<string, string>> = {}, method = 'POST', path = '/graphql') {
  const sent = request(`${server.url}${path}`, {
    method,
    headers: { ...json, authorization: suspect, ...headers },
  })
  sent.end(method === 'POST' ? body : undefined)
  const [response]: IncomingMessage[] = await once(sent, 'response')
  if (response === undefined) throw new Error('There is no answer.')
  return { status: response.statusCode, headers: response.headers, text: await text(response) }
}

function toldOf(requestId: unknown) {
  const extensions = {
    code: 'RATE_LIMITED',
    expected: 'fewer wrong credentials from one address',
    retryAfterSeconds: 1,
    requestId,
  }
  return {
    errors: [
      { message: 'Too many requests. Expected fewer wrong credentials from one address.', extensions },
    ],
  }
}

describe('a credential that would not be looked at', () => {
  test.each(['POST', 'GET', 'PUT', 'HEAD'])('is told so for %s, and the audit of it', async (method) => {
    const sent = await send({}, method)
    const { date, connection, 'keep-alive': _, 'x-request-id': requestId, ...headers } = sent.headers
    expect([sent.status, headers]).toEqual([
      429,
      {
        vary: 'Origin',
        'retry-after': '1',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(JSON.stringify(toldOf(requestId)).length),
        'cache-control': 'no-store',
      },
    ])
    expect(sent.text).toBe(method === 'HEAD' ? '' : JSON.stringify(toldOf(requestId)))
    const own = { requestId, address: '192.0.2.1', environment: null }
    expect(events).toEqual([{ kind: 'rate.limited', outcome: 'REFUSED', reason: 'unseen', ...own }])
  })

  test('has a request id of its own each time', async () => {
    const ids = [await send(), await send()].map(({ headers }) => headers['x-request-id'])
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  })

  test('is told so in the type of JSON that was asked for', async () => {
    const typeFor = async (accept: string) => (await send({ accept })).headers['content-type']
    const graphql = 'application/graphql-response+json'
    expect(await typeFor(graphql)).toBe(`${graphql}; charset=utf-8`)
    expect(await typeFor('image/png')).toBe('application/json; charset=utf-8')
  })

  test('may be read by pages that may ask here, and by no others', async () => {
    const shared = async (origin: string) => {
      const { headers } = await send({ origin })
      return [headers['access-control-allow-origin'], headers['access-control-expose-headers']]
    }
    expect(await shared(page)).toEqual([page, 'x-request-id, retry-after, content-disposition'])
    expect(await shared('https://evil.example')).toEqual([undefined, undefined])
  })

  test('keeps neither a preflight nor what takes no credential from being answered', async () => {
    const answers = [
      await send({}, 'OPTIONS'),
      await send({}, 'GET', '/healthz'),
      await send({}, 'GET', '/graphqlx'),
    ]
    for (const answer of answers) expect(answer.text).toBe('looked at')
    expect(events).toEqual([])
  })

  test('is told from others by its own text, with or without parameters in the address', async () => {
    expect((await send({ authorization: 'Bearer other' })).text).toBe('looked at')
    expect((await send({}, 'POST', '/graphql?x=1')).status).toBe(429)
  })
})

describe('the connection of a credential that would not be looked at', () => {
  const post = (authorization: string, head: string, rest: string) =>
    `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: ${authorization}\r\n${head}\r\n\r\n${rest}`

  interface Opened {
    readonly socket: Socket
    readonly closed: Promise<unknown>
    answers(): string
  }

  async function open(): Promise<Opened> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let answered = ''
    socket.setEncoding('latin1').on('data', (some) => {
      answered += some
    })
    socket.on('error', () => socket.destroy())
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await once(socket, 'connect')
    return { socket, closed, answers: () => answered }
  }
  const statuses = (answered: string) =>
    [...answered.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)

  test('goes on, whatever body came with it', async () => {
    const { socket, answers } = await open()
    const large = 'x'.repeat(900_000)
    socket.write(post(suspect, `Content-Length: ${body.length}`, body))
    socket.write(post(suspect, `Content-Length: ${large.length}`, large))
    socket.write(post(suspect, 'Transfer-Encoding: chunked', `${(5).toString(16)}\r\nhello\r\n0\r\n\r\n`))
    socket.write(post('Bearer other', `Content-Length: ${body.length}`, body))
    await expect.poll(() => statuses(answers())).toEqual(['429', '429', '429', '200'])
    expect(answers()).toMatch(/looked at$/)
    socket.destroy()
  })

  test('ends where more is to come than is thrown away', async () => {
    const { socket, closed, answers } = await open()
    socket.write(post(suspect, 'Content-Length: 2000000', 'x'))
    await closed
    expect(answers()).toMatch(/^HTTP\/1\.1 429 [\s\S]*\r\nconnection: close\r\n/)
  })

  test('ends where more comes than is thrown away, of no length that was said', async () => {
    const { socket, closed, answers } = await open()
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`
    socket.write(post(suspect, 'Transfer-Encoding: chunked', ''))
    await expect.poll(() => statuses(answers())).toEqual(['429'])
    const more = setInterval(() => socket.write(chunk), 1)
    await closed
    clearInterval(more)
  })
})
