import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it, test } from 'vitest'
import { fetchJwks } from '../../../src/access/issuers/fetch-jwks.ts'
import { mayBeCalled } from '../../../src/access/issuers/public-address.ts'
import { type Network, parseNetwork } from '../../../src/access/networks.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function network(text: string): Network {
  const parsed = parseNetwork(text)
  if (parsed === null) throw new Error('no network')
  return parsed
}

const loopback = { allowedNetworks: [network('127.0.0.0/8'), network('::1')] }

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/jwks.json`
}

describe('an address that a host named', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'fc00::1',
    'ff02::1',
    'example.com',
  ])('is not called where it is %s', (address) => {
    expect(mayBeCalled(address, [])).toBe(false)
  })

  test.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111'])(
    'is called where it is public: %s',
    (address) => {
      expect(mayBeCalled(address, [])).toBe(true)
    },
  )

  it('is called where its network is configured, and no other', () => {
    expect(mayBeCalled('10.1.2.3', [network('10.1.0.0/16')])).toBe(true)
    expect(mayBeCalled('::ffff:10.1.2.3', [network('10.1.0.0/16')])).toBe(true)
    expect(mayBeCalled('10.2.2.3', [network('10.1.0.0/16')])).toBe(false)
  })
})

describe('a key set', () => {
  it('is read from a host that may be called', async () => {
    const url = await serve((_, response) => response.end('{"keys":[]}'))
    expect(await fetchJwks(url, loopback)).toEqual({ keys: [] })
  })

  test.each([
    'http://127.0.0.1:1/',
    'https://localhost/',
    'https://[::1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://169.254.169.254/latest/meta-data',
  ])('is not asked for inside: %s', async (url) => {
    let asked = 0
    await serve(() => {
      asked += 1
    })
    await expect(fetchJwks(url, { allowedNetworks: [] })).rejects.toThrow(
      'The host has no address that may be called.',
    )
    expect(asked).toBe(0)
  })

  it('comes from the address that was checked, whatever the name says the second time', async () => {
    const hosts: (string | undefined)[] = []
    const url = new URL(
      await serve(({ headers }, response) => {
        hosts.push(headers.host)
        response.end('{"keys":[]}')
      }),
    )
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const resolve = async () => answers.shift() ?? []
    url.hostname = 'rebinding.example'
    expect(await fetchJwks(url.href, { ...loopback, resolve })).toEqual({ keys: [] })
    expect([hosts, answers]).toEqual([[url.host], [['10.0.0.1']]])
  })

  it('comes from another address of the name where the first does not answer', async () => {
    const url = new URL(await serve((_, response) => response.end('{"keys":[]}')))
    url.hostname = 'two.example'
    const resolve = async () => ['127.0.0.9', '127.0.0.8', '127.0.0.1']
    expect(await fetchJwks(url.href, { ...loopback, resolve })).toEqual({ keys: [] })
  })

  it.each([[['127.0.0.1', '10.0.0.1']], [['::1', 'fd00::1']], [[]]])(
    'is not asked for where the name has the addresses %j, of which one may not be called',
    async (addresses) => {
      let asked = 0
      const url = new URL(
        await serve((_, response) => {
          asked += 1
          response.end('{"keys":[]}')
        }),
      )
      url.hostname = 'two.example'
      const refused = fetchJwks(url.href, { ...loopback, resolve: async () => addresses })
      await expect(refused).rejects.toThrow('The host has no address that may be called.')
      expect(asked).toBe(0)
    },
  )

  it('is not asked for over http in public', async () => {
    await expect(fetchJwks('http://8.8.8.8/', { allowedNetworks: [] })).rejects.toThrow('It is not https.')
    const resolve = async () => ['127.0.0.1', '8.8.8.8']
    const mixed = fetchJwks('http://two.example/', { ...loopback, resolve })
    await expect(mixed).rejects.toThrow('It is not https.')
  })

  it('is not looked for where a redirect points', async () => {
    let asked = 0
    const inside = await serve((_, response) => {
      asked += 1
      response.end('{"keys":[]}')
    })
    const url = await serve((_, response) => response.writeHead(302, { location: inside }).end())
    await expect(fetchJwks(url, loopback)).rejects.toThrow('The host answers with the status 302.')
    expect(asked).toBe(0)
  })

  test.each<readonly [string, RequestListener, string]>([
    [
      'too large',
      (_, response) => response.end(`"${'a'.repeat(65_536)}"`),
      'The answer has more than 65536 bytes.',
    ],
    ['no JSON', (_, response) => response.end('<html>'), 'The answer is not JSON.'],
    [
      'an error',
      (_, response) => response.writeHead(500).end('{"keys":[]}'),
      'The host answers with the status 500.',
    ],
    [
      'cut off',
      (_, response) => response.writeHead(200, { 'content-length': 100 }).write('{') && response.destroy(),
      'The',
    ],
    [
      'another protocol',
      ({ socket }) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'The host answers with the status 101.',
    ],
    ['nothing', ({ socket }) => socket.end(), 'The host cannot be reached.'],
    ['half a header', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nConte'), 'The host cannot be reached.'],
    ['never ending', (_, response) => response.writeHead(200).write('{'), 'The answer took too long.'],
    ['never there', () => undefined, 'The answer took too long.'],
  ])('is refused where the answer is %s', async (_, answer, message) => {
    const url = await serve(answer)
    const refused = fetchJwks(url, { ...loopback, timeoutMs: 500 })
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toMatchObject({ name: 'JwksUnavailable' })
  })
})
