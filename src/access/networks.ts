import { BlockList, isIP } from 'node:net'

/** An address range in CIDR notation; a single address is the smallest. */
export interface Network {
  /** As it was written. */
  readonly text: string
  includes(address: string): boolean
  /** Whether all of the other lies inside. */
  covers(other: Network): boolean
  readonly family: 'ipv4' | 'ipv6'
  readonly base: string
  readonly prefix: number
}

/** What a network must look like, in words. */
export const networkForm = 'an address range such as 203.0.113.0/24 or 2001:db8::/32, or a single address'

/** Null where the text is none. */
export function parseNetwork(text: string): Network | null {
  const [, written = '', bits] = /^([\d.a-fA-F:]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = parseAddress(written)
  // A prefix counts from the start of an IPv6 address, and so means nothing of one in the other family's form.
  if (address === null || (bits !== undefined && address !== written.toLowerCase() && isIP(address) === 4))
    return null
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
  const bitsMax = family === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? bitsMax : Number(bits)
  if (prefix > bitsMax) return null
  const list = new BlockList()
  list.addSubnet(address, prefix, family)
  const includes = (other: string) => {
    const parsed = parseAddress(other)
    return parsed !== null && isIP(parsed) === (family === 'ipv4' ? 4 : 6) && list.check(parsed, family)
  }
  return Object.freeze({
    text,
    family,
    base: address,
    prefix,
    includes,
    covers: (other: Network) => other.family === family && other.prefix >= prefix && includes(other.base),
  })
}

/**
 * An IP address in one spelling for both families: a server that listens on IPv6 sees `::ffff:203.0.113.7` where it is
 * called over IPv4. Null where the text is no address; one with a zone (`fe80::1%eth0`) loses it.
 */
export function parseAddress(text: string): string | null {
  const [address = ''] = text.split('%', 1)
  if (isIP(address) === 0) return null
  const lower = address.toLowerCase()
  const [, mapped] = /^(?:0{0,4}:){2,5}ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(lower) ?? []
  if (mapped !== undefined && isIP(mapped) === 4) return mapped
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(lower) ?? []
  if (high === undefined || low === undefined) return lower
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex')
  return [...bytes].join('.')
}
