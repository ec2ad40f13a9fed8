import { isIP, type LookupFunction } from 'node:net'
import { mayBeCalled } from './issuers/public-address.ts'
import { names } from './names.ts'
import type { Network } from './networks.ts'

export interface CallOptions {
  /** Networks that are called although they are not public, and over plain http as well. */
  readonly allowedNetworks: readonly Network[]
  /** The addresses of a name; what name servers and the system say unless given. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/** Where to connect to, one or the other, or why nothing may be called. */
export type Called = { readonly addresses: readonly string[] } | { readonly refusal: string }

const noAddress: Called = { refusal: 'The host has no address that may be called.' }

/**
 * For a URL that somebody named. The name is resolved here, once, and whoever connects takes the addresses that were checked: a
 * name that answers differently the second time reaches nothing else. One that has any address that may not be called is
 * not trusted at all.
 */
export async function addressToCall(
  { protocol, hostname }: URL,
  { allowedNetworks, resolve = names.addressesOf }: CallOptions,
): Promise<Called> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(literal) === 0 ? await resolve(hostname) : [literal]
  if (addresses.length === 0 || !addresses.every((each) => mayBeCalled(each, allowedNetworks)))
    return noAddress
  const isConfigured = addresses.every((each) => allowedNetworks.some((network) => network.includes(each)))
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isConfigured)
  return isSafe ? { addresses } : { refusal: 'It is not https.' }
}

/**
 * The addresses that were checked, whatever the name says by now; Node tries them in turn, by `autoSelectFamily`. TLS still asks
 * for a certificate of the name.
 */
export function always(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, all)
    else callback(null, all[0]?.address ?? '', all[0]?.family)
  }
}
