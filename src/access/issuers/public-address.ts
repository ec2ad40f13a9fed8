import { BlockList, isIP } from 'node:net'
import { type Network, parseAddress } from '../networks.ts'

/** What the registries of IANA set aside: nothing there is a host of the public internet. */
const reserved4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]
/** Of IPv6 only 2000::/3 is given out; within it these carry addresses of IPv4 or are set aside. */
const reserved6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const blocked = new BlockList()
for (const [family, ranges] of [
  ['ipv4', reserved4],
  ['ipv6', reserved6],
] as const) {
  for (const range of ranges) {
    const [base = '', prefix = ''] = range.split('/')
    blocked.addSubnet(base, Number(prefix), family)
  }
}
const given = new BlockList()
given.addSubnet('2000::', 3, 'ipv6')

/** Whether an address may be called on behalf of whoever named it: a public one, or one of networks that were configured. */
export function mayBeCalled(text: string, configured: readonly Network[]): boolean {
  const address = parseAddress(text)
  if (address === null) return false
  if (configured.some((network) => network.includes(address))) return true
  if (isIP(address) === 4) return !blocked.check(address, 'ipv4')
  return given.check(address, 'ipv6') && !blocked.check(address, 'ipv6')
}
