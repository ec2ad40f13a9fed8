import { describe, expect, test } from 'vitest'
import { type Network, parseNetwork } from '../../src/access/networks.ts'
import { mayConnect, permittedLookup, requirePermitted } from '../../src/data-sources/addresses.ts'
import { openTarget } from '../../src/data-sources/open.ts'
import type { Target } from '../../src/data-sources/target.ts'
import { TesseraError } from '../../src/errors.ts'
import { openWarehouse } from '../../src/warehouse/clickhouse/connect.ts'
import { openPostgresWarehouse } from '../../src/warehouse/postgres/connect.ts'
import { silent } from '../support/tokens.ts'

const networks = (...texts: readonly string[]): readonly Network[] =>
  texts.flatMap((text) => parseNetwork(text) ?? [])

describe('where data sources of models may be', () => {
  test.each([
    ['10.0.0.7', null, true],
    ['127.0.0.1', null, true],
    ['169.254.169.254', null, false],
    ['::ffff:169.254.169.254', null, false],
    ['::ffff:a9fe:a9fe', null, false],
    ['64:ff9b::a9fe:a9fe', null, false],
    ['100.100.100.200', null, false],
    ['100.100.100.201', null, true],
    ['168.63.129.16', null, false],
    ['192.0.0.192', null, false],
    ['fd20:ce::254', null, false],
    ['64:ff9b::6464:64c8', null, false],
    ['64:ff9b::a00:7', null, true],
    ['64:ff9b:1::a9fe:a9fe', null, false],
    ['2002:a9fe:a9fe::1', null, false],
    ['::169.254.169.254', null, false],
    ['::ffff:0:a9fe:a9fe', null, false],
    ['::1', null, true],
    ['2001:db8::1', null, true],
    ['fe80::1%eth0', null, false],
    ['fd00:ec2::254', null, false],
    ['169.254.169.254', networks('169.254.0.0/16'), true],
    ['10.0.0.7', networks('10.0.0.0/24', '2001:db8::/32'), true],
    ['10.0.1.7', networks('10.0.0.0/24', '2001:db8::/32'), false],
    ['2001:db8::1', networks('10.0.0.0/24', '2001:db8::/32'), true],
    ['127.0.0.1', networks(), false],
    ['localhost', null, false],
  ])('%s, of %j: %s', (address, listed, expected) => {
    expect(mayConnect(address, listed)).toBe(expected)
  })

  test.each([
    'http://10.0.0.7:8123',
    'http://[::1]:8123',
    'http://localhost:8123',
    'postgresql://0x7f000001/rows',
  ])('%s is looked up, however it is written', async (url) => {
    await expect(requirePermitted([new URL(url)], networks('203.0.113.0/24'))).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      details: { cause: { code: 'ADDRESS_REFUSED' } },
    })
    await requirePermitted([new URL(url)], networks('0.0.0.0/0', '::/0'))
  })

  test('a name is looked up anew for each connection, by both engines', async () => {
    const lookup = permittedLookup(networks('203.0.113.0/24'))
    const asked = { log: silent, lookup }
    const sources = [
      await openWarehouse({ name: 'lake', kind: 'clickhouse', urls: ['http://localhost:9'] }, asked),
      await openPostgresWarehouse(
        { name: 'lake', kind: 'postgres', url: 'postgresql://reader@localhost:9/rows', role: null },
        asked,
      ),
    ]
    for (const source of sources) {
      const failure: unknown = await source.ping(5_000).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(TesseraError)
      expect(chainOf(failure)).toMatch(/The address is not one that data sources may have|EHOSTUNREACH/)
      await source.close()
    }
  })

  test('what was opened connects nowhere else', async () => {
    const url = new URL('http://localhost:9')
    const target: Target = {
      source: { name: 'lake', kind: 'clickhouse', urls: [url.href] },
      urls: [url],
      identity: 'lake',
    }
    const options = { log: silent, connections: 1 }
    await expect(
      openTarget(target, { ...options, networks: networks('203.0.113.0/24') }),
    ).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
    })
    const opened = await openTarget(target, { ...options, networks: networks('127.0.0.0/8', '::1') })
    expect(chainOf(await opened.ping(5_000).catch((error: unknown) => error))).toContain('ECONNREFUSED')
    await opened.close()
  })
})

/** All that an error and what caused it say. */
function chainOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const code = 'code' in error ? String(error.code) : ''
  return [code, error.message, chainOf(error.cause)].join(' ')
}
