import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Network } from '../networks.ts'
import { mayBeCalled } from './public-address.ts'

/** A key set is a few kilobytes; no more than this is ever read. */
const bytesMax = 65_536
/** For all of it: resolving the name, connecting, and the whole answer. */
const timeoutMsDefault = 3_000

export interface FetchJwksOptions {
  /** Networks that are called although they are not public, and over plain http as well. */
  readonly allowedNetworks: readonly Network[]
  readonly timeoutMs?: number
  /** The addresses of a name; the system's own answer unless given. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/** The keys could not be had; the message says why, and holds nothing of what was answered. */
export class JwksUnavailable extends Error {
  override readonly name = 'JwksUnavailable'
}

/**
 * What stands at an address that a host named, as JSON. The name is resolved once, and the connection goes to an address that
 * was checked: a name that answers differently the second time reaches nothing else. Redirects are not followed.
 * @throws JwksUnavailable
 */
export async function fetchJwks(url: string, options: FetchJwksOptions): Promise<unknown> {
  const { timeoutMs = timeoutMsDefault, allowedNetworks } = options
  const { protocol, hostname } = new URL(url)
  const end = AbortSignal.timeout(timeoutMs)
  const address = await Promise.race([checkedAddress(hostname, options), refuseAfter(end)])
  const isConfigured = allowedNetworks.some((network) => network.includes(address))
  if (protocol !== 'https:' && !(protocol === 'http:' && isConfigured))
    throw new JwksUnavailable('It is not https.')
  const text = await readText(new URL(url), address, end)
  try {
    return JSON.parse(text)
  } catch {
    throw new JwksUnavailable('The answer is not JSON.')
  }
}

/** @throws JwksUnavailable where one of the name's addresses may not be called: such a name is not trusted at all */
async function checkedAddress(
  hostname: string,
  { allowedNetworks, resolve = addressesOf }: FetchJwksOptions,
): Promise<string> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(literal) === 0 ? await resolve(hostname) : [literal]
  const [first] = addresses
  if (first === undefined) throw new JwksUnavailable('The host has no address that may be called.')
  if (!addresses.every((address) => mayBeCalled(address, allowedNetworks))) {
    throw new JwksUnavailable('The host has no address that may be called.')
  }
  return first
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address)
  } catch {
    throw new JwksUnavailable('The host has no address that may be called.')
  }
}

function refuseAfter(end: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    end.addEventListener('abort', () => reject(new JwksUnavailable('The answer took too long.')), {
      once: true,
    })
  })
}

function readText(url: URL, address: string, end: AbortSignal): Promise<string> {
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
      lookup: always(address),
    })
    sent.on('error', () => fail(end.aborted ? 'The answer took too long.' : 'The host cannot be reached.'))
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

/** The address that was checked, whatever the name says by now. TLS still asks for a certificate of the name. */
function always(address: string): LookupFunction {
  const family = isIP(address)
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}
