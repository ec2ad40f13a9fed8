import { lookup as resolve } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { type Network, parseAddress, parseNetwork } from '../access/networks.ts'
import { TesseraError } from '../errors.ts'

/** Where machines in clouds ask for credentials of their own: no server of rows is there. */
const ofMachines4 = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32], // Alibaba
  ['168.63.129.16', 32], // Azure
  ['192.0.0.192', 32], // Oracle
] as const
/** Link-local ones, Amazon's and Google's; and a network's own translations, which may stand for any. */
const ofMachines6 = ['fe80::/10', 'fd00:ec2::/32', 'fd20:ce::/32', '64:ff9b:1::/48']

const neverUnlessListed = [
  ...ofMachines6,
  ...ofMachines4.flatMap(([address, bits]) => [`${address}/${bits}`, ...translationsOf(address, bits)]),
].flatMap((text) => parseNetwork(text) ?? [])

/** What reaches an IPv4 network from IPv6: by translators, as it was written once, and by 6to4. */
function translationsOf(address: string, bits: number): readonly string[] {
  const hexadecimal = Buffer.from(address.split('.').map(Number)).toString('hex')
  const tail = `${hexadecimal.slice(0, 4)}:${hexadecimal.slice(4)}`
  const prefixed = ['64:ff9b::', '::ffff:0:', '::'].map((prefix) => `${prefix}${tail}/${96 + bits}`)
  return [...prefixed, `2002:${tail}::/${16 + bits}`]
}

/**
 * Whether a model's data source may be at an address.
 * @param networks what an operator listed; null where nothing is
 */
export function mayConnect(text: string, networks: readonly Network[] | null): boolean {
  const address = parseAddress(text)
  if (address === null) return false
  if (networks !== null) return networks.some((network) => network.includes(address))
  return !neverUnlessListed.some((network) => network.includes(address))
}

/** The data source is where the operator lets none be. It names no address, since that may be a secret. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  code = 'ADDRESS_REFUSED'

  constructor() {
    super('The address is not one that data sources may have.')
  }
}

/**
 * All addresses of the hosts are looked at. A name that can't be found is no reason here: connecting says that.
 * @throws TesseraError WAREHOUSE_UNAVAILABLE caused by AddressRefused
 */
export async function requirePermitted(
  urls: readonly URL[],
  networks: readonly Network[] | null,
): Promise<void> {
  const addresses = await Promise.all(urls.map(({ hostname }) => addressesOf(hostname)))
  if (addresses.flat().every((address) => mayConnect(address, networks))) return
  throw new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: new AddressRefused() })
}

/**
 * For whoever connects: a name that has another address by then reaches nothing else.
 * @param networks what an operator listed; null where nothing is
 */
export function permittedLookup(networks: readonly Network[] | null): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return callback(error ?? refused(), [])
      if (!addresses.every(({ address }) => mayConnect(address, networks))) return callback(refused(), [])
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

/** As the system says it of what can't be got to. */
function refused(): Error {
  return Object.assign(new AddressRefused(), { code: 'EHOSTUNREACH' })
}

async function addressesOf(hostname: string): Promise<readonly string[]> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0) return [literal]
  try {
    return (await lookup(literal, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}
