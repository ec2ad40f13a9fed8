import { createServer, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Network, parseNetwork } from '../../src/access/networks.ts'
import { clientAddress, type ForwardedHeader } from '../../src/http/client-address.ts'

let trust: { proxies: readonly Network[]; header: ForwardedHeader } = {
  proxies: [],
  header: 'x-forwarded-for',
}
let port = 0
const server = createServer({ maxHeaderSize: 300_000 }, (incoming, response) => {
  response.end(String(clientAddress(incoming, trust)))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address === 'object' && address !== null) port = address.port
})
afterAll(() => server.close())

type Headers = Readonly<Record<string, string | string[]>>

function seen(headers: Headers, proxies: readonly string[], header: ForwardedHeader): Promise<string> {
  trust = { proxies: proxies.map(network), header }
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', headers }, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString())
    })
    sent.on('error', reject).end()
  })
}

function network(text: string): Network {
  const parsed = parseNetwork(text)
  if (parsed === null) throw new Error(`${text} is no network`)
  return parsed
}

describe('the address of who calls', () => {
  const cases: readonly (readonly [string, Headers, readonly string[], string])[] = [
    ['is the connection’s where no proxy is trusted', { 'x-forwarded-for': '198.51.100.1' }, [], '127.0.0.1'],
    [
      'is the connection’s where that is no proxy',
      { 'x-forwarded-for': '198.51.100.1' },
      ['10.0.0.0/8'],
      '127.0.0.1',
    ],
    ['is the proxy’s own where it forwards nothing', {}, ['127.0.0.1'], '127.0.0.1'],
    ['is what the proxy says', { 'x-forwarded-for': '198.51.100.1' }, ['127.0.0.0/8'], '198.51.100.1'],
    [
      'is not what the client said before',
      { 'x-forwarded-for': '10.9.9.9, 198.51.100.1' },
      ['127.0.0.0/8', '10.0.0.0/8'],
      '198.51.100.1',
    ],
    [
      'is behind a second trusted proxy',
      { 'x-forwarded-for': '6.6.6.6, 198.51.100.1, 10.1.1.1' },
      ['127.0.0.0/8', '10.0.0.0/8'],
      '198.51.100.1',
    ],
    [
      'counts header lines in their order',
      { 'x-forwarded-for': ['6.6.6.6', '198.51.100.1'] },
      ['127.0.0.0/8'],
      '198.51.100.1',
    ],
    [
      'is the left-most where all are proxies',
      { 'x-forwarded-for': '10.0.0.1, 10.0.0.2' },
      ['127.0.0.0/8', '10.0.0.0/8'],
      '10.0.0.1',
    ],
    ['may have a port', { 'x-forwarded-for': '198.51.100.1:4711' }, ['127.0.0.0/8'], '198.51.100.1'],
    ['may be IPv6 with a port', { 'x-forwarded-for': '[2001:db8::7]:4711' }, ['127.0.0.0/8'], '2001:db8::7'],
    ['is not known where the proxy wrote none', { 'x-forwarded-for': 'unknown' }, ['127.0.0.0/8'], 'null'],
    ['is not known after an empty entry', { 'x-forwarded-for': '6.6.6.6,' }, ['127.0.0.0/8'], 'null'],
    ['is not known where the only entry is empty', { 'x-forwarded-for': ',' }, ['127.0.0.0/8'], 'null'],
    [
      'is read from the right, however much stands before it',
      { 'x-forwarded-for': `${'6.6.6.6,'.repeat(1_500)}198.51.100.1,127.0.0.2` },
      ['127.0.0.0/8'],
      '198.51.100.1',
    ],
    ['is not read from another header', { forwarded: 'for=6.6.6.6' }, ['127.0.0.0/8'], '127.0.0.1'],
  ]
  it.each(cases)('%s', async (_, headers, proxies, expected) => {
    expect(await seen(headers, proxies, 'x-forwarded-for')).toBe(expected)
  })

  const forwarded: readonly (readonly [string, string])[] = [
    ['for=198.51.100.1;proto=https;by=10.0.0.1', '198.51.100.1'],
    ['proto=https;For="[2001:db8::7]:4711"', '2001:db8::7'],
    ['for=6.6.6.6, for=198.51.100.1', '198.51.100.1'],
    ['for=_hidden', 'null'],
    ['proto=https', 'null'],
    ['for="6.6.6.6, for=198.51.100.1"', 'null'],
    ['proto=https;host="x;for=10.0.0.1;y";for=198.51.100.1', '198.51.100.1'],
    ['for=198.51.100.1;host="x,for=10.0.0.1;y"', '198.51.100.1'],
    ['for=198.51.100.1;host="a\\",for=10.0.0.1;\\"b"', '198.51.100.1'],
    ['for=198.51.100.1;for=10.0.0.1', 'null'],
    ['for=198.51.100.1;host="never closed', 'null'],
    ['for=198.51.100.1,', 'null'],
    [`${','.repeat(150)}for=198.51.100.1`, '198.51.100.1'],
    ['@, for=198.51.100.1', '198.51.100.1'],
    ['for="x, for=198.51.100.1', '198.51.100.1'],
    ['host="a\\, for="[2001:db8::7]:4711";host="b\\"c,d"', '2001:db8::7'],
    ['for=6.6.6.6, for=198.51.100.1, for=127.0.0.2;by="x,y"', '198.51.100.1'],
    ['for=@, for=127.0.0.2', 'null'],
  ]
  it.each(forwarded)('is read from Forwarded: %s', async (text, expected) => {
    expect(await seen({ forwarded: text, 'x-forwarded-for': '7.7.7.7' }, ['127.0.0.0/8'], 'forwarded')).toBe(
      expected,
    )
  })

  it.each(['@', 'for="x', ',', ' ', 'for=10.0.0.1'])(
    'is the proxy’s to say in a line of its own, whatever a client wrote in another: %j',
    async (line) => {
      expect(await seen({ forwarded: [line, 'for=198.51.100.1'] }, ['127.0.0.0/8'], 'forwarded')).toBe(
        '198.51.100.1',
      )
    },
  )

  it.each([
    ['blanks', ' '.repeat(120_000)],
    ['a text that never ends', `host="${'\\"'.repeat(60_000)}`],
    ['a name without a value', 'a'.repeat(120_000)],
    ['separators', `${';'.repeat(120_000)}"`],
  ])('is not known, and that at once, where a proxy writes %s without end', async (_, text) => {
    expect(await seen({ forwarded: `for=198.51.100.1,${text}"` }, ['127.0.0.0/8'], 'forwarded')).toBe('null')
    expect(await seen({ forwarded: text }, ['10.0.0.0/8'], 'forwarded')).toBe('127.0.0.1')
  })
})
