import { createServer, request, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { exchangeOf } from '../../src/http/answer.ts'
import { type Delivered, eventsFormat } from '../../src/http/delivery.ts'
import { patienceLeft, sendBytes } from '../../src/http/send-bytes.ts'
import { sendWhole } from '../../src/http/send-slices.ts'
import { type StreamTerms, sendStream } from '../../src/http/send-stream.ts'
import { createUnsent } from '../../src/http/unsent.ts'

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A server of one endless answer, and how many of its results were asked for. */
async function serve(result: Delivered | null, terms: Partial<StreamTerms> = {}) {
  const asked = { count: 0, returned: 0 }
  const results: AsyncIterableIterator<Delivered> = {
    next: async () => {
      asked.count += 1
      if (result === null) return new Promise(() => {})
      await new Promise((resolve) => setImmediate(resolve))
      return { done: false, value: result }
    },
    return: async () => {
      asked.returned += 1
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
  server = createServer((incoming, response) => {
    void sendStream(
      exchangeOf(incoming, response),
      { format: eventsFormat, results, isEndless: true },
      { closing: undefined, unsent: createUnsent(1e9), holder: 'a', ...terms },
    )
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()))
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request({ port, host: '127.0.0.1' }, resolve).on('error', reject).end()
  })
  return { asked, response }
}

test('nothing more is made for a reader that takes nothing, and it is cut off in the end', async () => {
  const large = { data: { text: 'x'.repeat(1_000_000) } }
  const { asked, response } = await serve(large, { stallMs: 1_000 })
  response.pause()
  const cut = new Promise((resolve) => response.on('error', resolve))
  await expect.poll(() => asked.returned, { timeout: 20_000 }).toBeGreaterThan(0)
  // What the sockets of both sides hold.
  expect(asked.count).toBeLessThan(30)
  response.resume()
  await cut
})

test('an answer that says nothing for long says that it is alive', async () => {
  const { response } = await serve(null, { heartbeatMs: 20 })
  let text = ''
  response.on('data', (chunk) => {
    text += chunk
  })
  await expect.poll(() => text).toContain(':\n\n:\n\n:\n\n')
  expect(text.replaceAll(':\n\n', '')).toBe('')
})

test('an answer that has an end of its own is finished when the server is to stop', async () => {
  const closing = new AbortController()
  async function* results() {
    yield { data: { part: 1 } }
    closing.abort()
    yield { data: { part: 2 } }
  }
  server = createServer((incoming, response) => {
    const streamed = { format: eventsFormat, results: results(), isEndless: false }
    const terms = { closing: closing.signal, unsent: createUnsent(1e9), holder: 'a' }
    void sendStream(exchangeOf(incoming, response), streamed, terms)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()))
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(
    [
      ':\n\n',
      'event: next\ndata: {"data":{"part":1}}\n\n',
      'event: next\ndata: {"data":{"part":2}}\n\n',
      'event: complete\ndata:\n\n',
    ].join(''),
  )
})

/** A server of whole answers of 20 MB, and how many it has done with. */
async function serveWhole(stallMs: number) {
  const sent = { begun: 0, over: 0 }
  const unsent = createUnsent(1e9)
  server = createServer(async (incoming, response) => {
    sent.begun += 1
    const bytes = Buffer.alloc(20_000_000, 'x')
    const exchange = exchangeOf(incoming, response)
    response.writeHead(200, { 'content-length': bytes.length })
    await sendWhole(exchange, bytes, { stallMs, unsent, holder: 'a' })
    sent.over += 1
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()))
  const ask = (times: number) => {
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(times))
    return socket
  }
  return { sent, ask }
}

test('whole answers that nobody reads are let go of, also those that wait for others of their connection', async () => {
  const { sent, ask } = await serveWhole(200)
  ask(2)
  await expect.poll(() => sent).toEqual({ begun: 2, over: 2 })
})

/** A server of one endless file, and how sending it ended. */
async function serveFile(pace: Parameters<typeof sendBytes>[4]) {
  const slice = Buffer.alloc(100_000, 'x')
  async function* endless() {
    for (;;) yield slice
  }
  let began = (_: ServerResponse) => {}
  const sending = new Promise<ServerResponse>((resolve) => {
    began = resolve
  }).then((response) => sendBytes(response, endless(), new AbortController().signal, () => undefined, pace))
  server = createServer((_, response) => began(response))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()))
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  return { sending, socket }
}

test('a file is broken off for a reader who takes something again and again, and too little in all', async () => {
  const { sending, socket } = await serveFile({ patienceMs: 500, bytesPerSecond: 100_000_000 })
  const reading = (async () => {
    for await (const _ of socket) await delay(10)
  })().catch(() => undefined)
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' })
  await reading
})

test('who takes enough keeps her patience however long it lasts, and gathers none for later', () => {
  const pace = { patienceMs: 60_000, bytesPerSecond: 1_000 }
  const after = (patienceMs: number, waitedMs: number, bytes: number) =>
    patienceLeft(pace, patienceMs, { waitedMs, bytes })
  expect([after(60_000, 50_000, 50_000), after(60_000, 0, 1_000_000)]).toEqual([60_000, 60_000])
  expect([after(60_000, 50_000, 1_000), after(11_000, 10_000, 1_000)]).toEqual([11_000, 2_000])
})
