import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { mayBeCalled } from './issuers/public-address.ts'
import type { Network } from './networks.ts'

export interface CallOptions {
  /** Networks that are called although they are not public, and over plain http as well. */
  readonly allowedNetworks: readonly Network[]
  /** The addresses of a name; the system's own answer unless given. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/** Where to connect to, or why nothing may be called. */
export type Called = { readonly address: string } | { readonly refusal: string }

const noAddress: Called = { refusal: 'The host has no address that may be called.' }

/**
 * For a URL that somebody named. The name is resolved here, once, and whoever connects takes the address that was checked: a
 * name that answers differently the second time reaches nothing else. One that has any address that may not be called is
 * not trusted at all.
 */
export async function addressToCall(
  { protocol, hostname }: URL,
  { allowedNetworks, resolve = addressesOf }: CallOptions,
): Promise<Called> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(literal) === 0 ? await resolve(hostname) : [literal]
  const [address] = addresses
  if (address === undefined || !addresses.every((each) => mayBeCalled(each, allowedNetworks)))
    return noAddress
  const isConfigured = allowedNetworks.some((network) => network.includes(address))
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isConfigured)
  return isSafe ? { address } : { refusal: 'It is not https.' }
}

/** The address that was checked, whatever the name says by now. TLS still asks for a certificate of the name. */
export function always(address: string): LookupFunction {
  const family = isIP(address)
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}
