import { once } from 'node:events'
import { connect, isIP, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { PoolClient } from 'pg'
import type { Address } from './source.ts'

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Ends what a connection's backend works on. The server takes such a request from anybody who knows the backend's key, before any
 * login: it needs none of the server's connections, no right of a role, and reaches a backend behind a pooler. The key is of
 * this one backend, so that a process that got its number later is never hit. Resolves once the server has told the
 * backend, which happens before it closes the request's connection.
 */
export async function cancelStatement(
  client: PoolClient,
  { host, tls }: Pick<Address, 'host' | 'tls'>,
  signal: AbortSignal,
): Promise<void> {
  const request = requestOf(client)
  const plain = connect({ ...endOf(client), signal })
  plain.on('error', () => undefined)
  try {
    await once(plain, 'connect', { signal })
    const socket = tls === null ? plain : await encrypted(plain, host, tls, signal)
    const closed = once(socket.resume(), 'close', { signal })
    socket.write(request)
    await closed
  } finally {
    plain.destroy()
  }
}

/** Where the backend is: of several addresses of a host, the others are other servers. */
function endOf({ connection }: PoolClient): { readonly host: string; readonly port: number } {
  const { stream } = connection
  const { remoteAddress, remotePort } = stream instanceof Socket ? stream : {}
  if (remoteAddress === undefined || remotePort === undefined) throw new Error('The connection is lost.')
  return { host: remoteAddress, port: remotePort }
}

async function encrypted(
  plain: Socket,
  host: string,
  tls: NonNullable<Address['tls']>,
  signal: AbortSignal,
): Promise<Socket> {
  plain.write(sslRequest)
  const [answer] = await once(plain, 'data', { signal })
  if (String(answer) !== 'S') throw new Error('The server does not support SSL connections')
  const secure = connectTls({ ...tls, socket: plain, host, ...(isIP(host) === 0 && { servername: host }) })
  secure.on('error', () => undefined)
  await once(secure, 'secureConnect', { signal })
  return secure
}

/** The driver knows the backend's number and key, and its types do not say so. */
function requestOf(client: PoolClient): Buffer {
  const request = Buffer.alloc(16)
  request.writeInt32BE(request.length, 0)
  request.writeInt16BE(1234, 4)
  request.writeInt16BE(5678, 6)
  for (const [index, name] of ['processID', 'secretKey'].entries()) {
    const value: unknown = Reflect.get(client, name)
    if (typeof value !== 'number') throw new Error('The server gave no key to cancel with.')
    request.writeInt32BE(value, 8 + 4 * index)
  }
  return request
}
