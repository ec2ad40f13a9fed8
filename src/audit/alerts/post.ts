import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { mayBeCalled } from '../../access/issuers/public-address.ts'
import type { Network } from '../../access/networks.ts'

const timeoutMs = 10_000

export interface PostOptions {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Networks that are called although they are not public, and over plain http as well. */
  readonly allowedNetworks: readonly Network[]
  readonly signal: AbortSignal
}

/**
 * Sends a body to an address that was configured, and answers the status; what is answered beside it is not read. The name
 * is resolved once and the connection goes to an address that was checked. Redirects are not followed.
 * @throws Error that says why nothing could be sent
 */
export async function post(url: string, options: PostOptions): Promise<number> {
  const { allowedNetworks } = options
  const { protocol, hostname } = new URL(url)
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  const literal = hostname.replace(/^\[|\]$/g, '')
  const addresses =
    isIP(literal) === 0 ? (await lookup(hostname, { all: true })).map(({ address }) => address) : [literal]
  signal.throwIfAborted()
  const [first] = addresses
  if (first === undefined || !addresses.every((address) => mayBeCalled(address, allowedNetworks)))
    throw new Error('The host has an address that is not public.')
  const isConfigured = allowedNetworks.some((network) => network.includes(first))
  if (protocol !== 'https:' && !isConfigured) throw new Error('It is not https.')
  return send(new URL(url), first, { ...options, signal })
}

function send(url: URL, address: string, { body, headers, signal }: PostOptions): Promise<number> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal, lookup: always(address) })
    sent.on('error', reject)
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    sent.end(body)
  })
}

/** TLS still asks for a certificate of the name. */
function always(address: string): LookupFunction {
  const family = isIP(address)
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}
