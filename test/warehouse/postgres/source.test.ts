import { afterEach, expect, test, vi } from 'vitest'
import { GuardedClient } from '../../../src/warehouse/postgres/guarded-client.ts'
import { addressOf, driverConfig } from '../../../src/warehouse/postgres/source.ts'

const source = { name: 'test', kind: 'postgres', role: null } as const

afterEach(() => vi.unstubAllEnvs())

test('an address says where, who and how', () => {
  expect(
    addressOf({ ...source, url: 'postgresql://me%40here:p%3Aw@db.example:6543/shop?sslmode=require' }),
  ).toEqual({
    host: 'db.example',
    port: 6543,
    user: 'me@here',
    password: 'p:w',
    database: 'shop',
    tls: {},
    lookup: null,
  })
  expect(addressOf({ ...source, url: 'postgres://me@[::1]' })).toEqual({
    host: '::1',
    port: 5432,
    user: 'me',
    password: '',
    database: 'me',
    tls: null,
    lookup: null,
  })
})

test('what stands beside it wins', () => {
  const beside = { username: 'other', password: 'secret', database: 'tenant_1', tls: { ca: 'PEM' } }
  expect(addressOf({ ...source, ...beside, url: 'postgres://me:pw@db.example/shop' })).toEqual({
    host: 'db.example',
    port: 5432,
    user: 'other',
    password: 'secret',
    database: 'tenant_1',
    tls: { ca: 'PEM' },
    lookup: null,
  })
})

test.each([
  ['http://me@db.example/shop', 'postgres://…'],
  ['db.example', 'postgres://…'],
  ['postgres:///shop', 'a host'],
  ['postgres://db.example/shop', 'a user'],
  ['postgres://me:100%@db.example/shop', 'percent signs that stand for bytes'],
  [
    'postgres://me@db.example/shop?sslmode=prefer',
    'one of disable, require, verify-ca, verify-full for sslmode',
  ],
  // The driver would read the file.
  ['postgres://me@db.example/shop?sslrootcert=/etc/passwd', 'no parameter but sslmode'],
  ['postgres://me@db.example/shop?options=-crole%3Dpostgres', 'no parameter but sslmode'],
])('%s is none, and no word of it is repeated', (url, expected) => {
  expect(() => addressOf({ ...source, url })).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      message: `An argument is not of the allowed form. url: expected an address of PostgreSQL with ${expected}.`,
    }),
  )
})

test('what is given for TLS is used or refused', () => {
  const url = 'postgres://me@db.example/shop?sslmode=disable'
  expect(() => addressOf({ ...source, url, tls: { ca: 'PEM' } })).toThrow(
    'url: expected an address of PostgreSQL with TLS, as tls is given: sslmode=disable does not use it.',
  )
  expect(addressOf({ ...source, url }).tls).toBe(null)
})

test.each(['none', ''])('a role called %j is no role to the engine, so that it is refused', (role) => {
  expect(() => addressOf({ ...source, role, url: 'postgres://me@db.example' })).toThrow(
    'An argument is not of the allowed form. role: expected the name of a role.',
  )
})

test('what an address leaves out is not taken from the environment: a password there is for another server', async () => {
  for (const name of ['PGHOST', 'PGUSER', 'PGPASSWORD', 'PGDATABASE', 'PGOPTIONS', 'PGAPPNAME']) {
    vi.stubEnv(name, 'of-another')
  }
  vi.stubEnv('PGPORT', '1')
  vi.stubEnv('PGSSLMODE', 'no-verify')
  const config = driverConfig(addressOf({ ...source, url: 'postgres://me@db.example' }))
  const client = new GuardedClient(config)
  const { password } = config
  expect(typeof password === 'function' && (await password())).toBe('')
  expect([client.host, client.port, client.user, client.database, client.ssl]).toEqual([
    'db.example',
    5432,
    'me',
    'me',
    false,
  ])
  expect(JSON.stringify(Reflect.get(client, 'connectionParameters'))).not.toContain('of-another')
  // Poolers refuse whoever says more.
  const said: unknown = Reflect.apply(Reflect.get(client, 'getStartupConf'), client, [])
  expect(said).toEqual({ user: 'me', database: 'me', application_name: 'tessera' })
})
