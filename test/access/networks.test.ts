import { describe, expect, it } from 'vitest'
import { type Network, parseAddress, parseNetwork } from '../../src/access/networks.ts'

function network(text: string): Network {
  const parsed = parseNetwork(text)
  if (parsed === null) throw new Error(`${text} is no network`)
  return parsed
}

describe('a network', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.0/24', '::ffff:203.0.113.9', true],
    ['203.0.113.0/24', '::ffff:cb00:7109', true],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['0.0.0.0/0', '198.51.100.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '198.51.100.1', false],
    ['::/0', '::ffff:198.51.100.1', false],
    ['2001:db8::/32', '2001:DB8:1::7', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['203.0.113.0/24', 'not an address', false],
    ['203.0.113.0/24', '', false],
  ])('%s includes %s: %s', (text, address, expected) => {
    expect(network(text).includes(address)).toBe(expected)
  })

  it.each([
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/7', false],
    ['10.0.0.0/8', '11.0.0.0/8', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['0.0.0.0/0', '::/0', false],
    ['::/0', '10.0.0.0/8', false],
    ['2001:db8::/32', '2001:db8:7::/48', true],
  ])('%s covers %s: %s', (one, other, expected) => {
    expect(network(one).covers(network(other))).toBe(expected)
  })

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '2001:db8::/129',
    '10.0.0.0/8 ',
    '10.0.0.0/-1',
    '10.0.0.0/',
    'example.com',
    '::ffff:10.0.0.0/104',
    'fe80::1%eth0',
  ])('is not %j', (text) => {
    expect(parseNetwork(text)).toBeNull()
  })
})

describe('an address', () => {
  it.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['2001:DB8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['1.2.3', null],
    ['', null],
  ])('%s is %s', (text, expected) => {
    expect(parseAddress(text)).toBe(expected)
  })
})
