import { once } from 'node:events'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { addressToCall, always, type CallOptions } from '../../access/address-to-call.ts'

const timeoutMs = 10_000

export interface PostOptions extends CallOptions {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/**
 * Sends a body to an address that was configured, and answers the status; what is answered beside it is not read. Redirects
 * are not followed.
 * @throws Error that says why nothing could be sent
 */
export async function post(url: string, options: PostOptions): Promise<number> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  const ended = once(signal, 'abort').then((): never => {
    throw new Error('It took too long.')
  })
  const called = await Promise.race([addressToCall(new URL(url), options), ended])
  if ('refusal' in called) throw new Error(called.refusal)
  return Promise.race([send(new URL(url), called.addresses, { ...options, signal }), ended])
}

function send(
  url: URL,
  addresses: readonly string[],
  { body, headers, signal }: PostOptions,
): Promise<number> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal, lookup: always(addresses) })
    sent.on('error', reject)
    // Without this, Node tells of a 101 nowhere, and `signal` finds nothing left to end.
    sent.on('upgrade', (response, socket) => {
      resolve(response.statusCode ?? 0)
      socket.destroy()
    })
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    sent.end(body)
  })
}
