import { once } from 'node:events'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { addressToCall, always, type CallOptions } from '../../access/address-to-call.ts'

export interface PostOptions extends CallOptions {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** For all of it: resolving the name, connecting, and the answer's status. */
  readonly timeoutMs: number
}

/**
 * Sends a body to an address that was configured, and answers the status; what is answered beside it is not read. Redirects
 * are not followed.
 * @throws Error that says why nothing could be sent
 */
export async function post(url: string, options: PostOptions): Promise<number> {
  // Not AbortSignal.any: it holds what it is made of weakly, and a timeout that is collected never rings.
  const end = new AbortController()
  const { signal } = end
  const ended = once(signal, 'abort').then((): never => {
    throw new Error('It took too long.')
  })
  const stop = () => end.abort()
  const timer = setTimeout(stop, options.timeoutMs)
  options.signal.addEventListener('abort', stop)
  if (options.signal.aborted) stop()
  try {
    const called = await Promise.race([addressToCall(new URL(url), options), ended])
    if ('refusal' in called) throw new Error(called.refusal)
    return await Promise.race([send(new URL(url), called.addresses, { ...options, signal }), ended])
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', stop)
  }
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
