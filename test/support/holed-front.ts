import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'

/** A request on its way to the server, and what a hole makes of it. */
export interface Passing {
  readonly method: string
  readonly path: string
  /** By lower-case name, each with all its lines. */
  readonly headers: Readonly<Record<string, string[]>>
  readonly body: string
}

export interface Passed {
  readonly status: number
  readonly type: string
  readonly body: string
}

export type Hole = (passing: Passing, forward: (passing: Passing) => Promise<Passed>) => Promise<Passed>

export interface HoledFront {
  readonly url: string
  close(): Promise<void>
}

/** What stands in front of a server and spoils its walls, on a random port of the loopback interface. */
export async function openHoledFront(target: string, hole: Hole): Promise<HoledFront> {
  const server = createServer(async (request, response) => {
    const passed = await hole(await passingOf(request), (passing) => forward(target, passing))
    response.writeHead(passed.status, { 'content-type': passed.type }).end(passed.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function passingOf(request: IncomingMessage): Promise<Passing> {
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headersDistinct
  const known = Object.entries(headers).flatMap(([name, lines]) =>
    lines === undefined ? [] : [[name, lines]],
  )
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: Object.fromEntries(known),
    body: Buffer.concat(await request.toArray()).toString('utf8'),
  }
}

function forward(target: string, { method, path, headers, body }: Passing): Promise<Passed> {
  return new Promise((resolve, reject) => {
    const request = send(new URL(path, target), { method, headers }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString('utf8')
      const type = response.headers['content-type'] ?? 'text/plain'
      resolve({ status: response.statusCode ?? 0, type, body: text })
    })
    request.on('error', reject)
    request.end(body)
  })
}

export function withBearer(passing: Passing, token: string): Passing {
  return { ...passing, headers: { ...passing.headers, authorization: [`Bearer ${token}`] } }
}

/** The tenant that a token claims to be of, verified or not; null for what is no token. */
export function claimedTenant({ headers }: Passing): string | null {
  const [, payload = ''] = (headers.authorization?.[0] ?? '').split('.')
  try {
    const { tenant_id: tenantId } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return typeof tenantId === 'string' ? tenantId : null
  } catch {
    return null
  }
}
