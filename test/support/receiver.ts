import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  close(): Promise<void>
}

/** Takes webhooks on the loopback address and answers with these statuses, not at all where one is 0, and then with 204. */
export async function startReceiver(statuses: readonly number[] = [], location?: string): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) })
    const status = statuses[received.length - 1] ?? 204
    if (status === 0) return
    const other = status === 101 ? { connection: 'upgrade', upgrade: 'other' } : {}
    response.writeHead(status, location === undefined ? other : { location }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
