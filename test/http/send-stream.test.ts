import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { exchangeOf } from '../../src/http/answer.ts'
import { type Delivered, eventsFormat } from '../../src/http/delivery.ts'
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
      { format: eventsFormat, results },
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
