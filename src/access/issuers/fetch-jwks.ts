import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { addressToCall, always, type CallOptions } from '../address-to-call.ts'

/** A key set is a few kilobytes; no more than this is ever read. */
const bytesMax = 65_536
/** For all of it: resolving the name, connecting, and the whole answer. */
const timeoutMsDefault = 3_000

export interface FetchJwksOptions extends CallOptions {
  readonly timeoutMs?: number
}

/** The keys could not be had; the message says why, and holds nothing of what was answered. */
export class JwksUnavailable extends Error {
  override readonly name = 'JwksUnavailable'
}

/**
 * What stands at an address that a host named, as JSON. Redirects are not followed.
 * @throws JwksUnavailable
 */
export async function fetchJwks(url: string, options: FetchJwksOptions): Promise<unknown> {
  const end = AbortSignal.timeout(options.timeoutMs ?? timeoutMsDefault)
  const late = refuseAfter(end)
  const called = await Promise.race([addressToCall(new URL(url), options), late])
  if ('refusal' in called) throw new JwksUnavailable(called.refusal)
  const text = await Promise.race([readText(new URL(url), called.addresses, end), late])
  try {
    return JSON.parse(text)
  } catch {
    throw new JwksUnavailable('The answer is not JSON.')
  }
}

function refuseAfter(end: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    end.addEventListener('abort', () => reject(new JwksUnavailable('The answer took too long.')), {
      once: true,
    })
  })
}

function readText(url: URL, addresses: readonly string[], end: AbortSignal): Promise<string> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      reject(new JwksUnavailable(reason))
      sent.destroy()
    }
    const sent = send(url, {
      method: 'GET',
      headers: { accept: 'application/jwk-set+json, application/json' },
      agent: false,
      signal: end,
      lookup: always(addresses),
    })
    sent.on('error', () => fail(end.aborted ? 'The answer took too long.' : 'The host cannot be reached.'))
    // Without this, Node tells of a 101 nowhere, and `signal` finds nothing left to end.
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      fail(`The host answers with the status ${response.statusCode}.`)
    })
    sent.on('response', (response) => {
      if (response.statusCode !== 200) return fail(`The host answers with the status ${response.statusCode}.`)
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > bytesMax) fail(`The answer has more than ${bytesMax} bytes.`)
        else chunks.push(chunk)
      })
      response.on('error', () => fail(end.aborted ? 'The answer took too long.' : 'The answer broke off.'))
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    })
    sent.end()
  })
}
