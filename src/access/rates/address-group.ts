/**
 * Those who are counted as one: whoever has one address of IPv6 has all of its /64. An unknown address is one of a
 * group of its own.
 * @param address in the spelling of parseAddress
 */
export function addressGroup(address: string | null): string {
  if (address === null) return 'unknown'
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = groupsOf(head)
  const missing = tail === undefined ? 0 : 8 - groups.length - groupsOf(tail).length
  const whole = [
    ...groups,
    ...Array.from({ length: Math.max(0, missing) }, () => '0'),
    ...groupsOf(tail ?? ''),
  ]
  const network = whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}

/** The last may be dotted, and stands for two. */
function groupsOf(text: string): readonly string[] {
  const groups = text.split(':').filter((group) => group !== '')
  return groups.flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]))
}
