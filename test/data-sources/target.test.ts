import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/data-sources/kept-values.ts'
import { findVariable, modelVariables } from '../../src/data-sources/kept-values.ts'
import { openTarget } from '../../src/data-sources/open.ts'
import { isInstallations, targetOf } from '../../src/data-sources/target.ts'
import { createLogger } from '../../src/log.ts'
import { buildDataSource } from '../../src/model/data-source.ts'
import { parseModel } from '../../src/model/parse.ts'

const secrets = new Map([
  ['prod password', { value: 'one', version: '1' }],
  ['test password', { value: 'two', version: '2' }],
])
const variables = modelVariables(
  {
    CLICKHOUSE_LAKE_URLS: 'https://a:8443, https://b',
    POSTGRES_CA: 'PEM',
    LAKE_USER: 'reader',
    OTHER: 'hidden',
    POSTGRESX: 'hidden',
    TESSERA_ENCRYPTION_KEY: 'hidden',
  },
  ['LAKE_USER'],
)
const values = {
  variable: (name: string) => findVariable(variables, name),
  secret: (environmentId: string, name: string): Found =>
    secrets.get(`${environmentId} ${name}`) ?? { value: null, expected: 'a secret' },
  onChange: () => undefined,
}

function definitionOf(source: object) {
  const [parsed] = parseModel({ dataSources: [{ name: 'lake', ...source }], datasets: [] }).dataSources
  if (parsed === undefined) throw new Error('No data source.')
  const definition = buildDataSource(parsed)
  if (definition.kind === 'chdb') throw new Error('No server.')
  return definition
}

const targetFor = (source: object, environmentId = 'prod', database: string | null = null) =>
  targetOf(environmentId, definitionOf(source), database, values)

describe('where a definition leads', () => {
  test('to all addresses of ClickHouse, as whom the environment and the secrets say', () => {
    const source = {
      kind: 'clickhouse',
      url: { env: 'CLICKHOUSE_LAKE_URLS' },
      user: { env: 'LAKE_USER' },
      password: { secret: 'password' },
      tls: { ca: { env: 'POSTGRES_CA' } },
    }
    expect(targetFor(source)).toMatchObject({
      target: {
        source: {
          ...{ name: 'lake', kind: 'clickhouse', urls: ['https://a:8443/', 'https://b/'] },
          ...{ username: 'reader', password: 'one', tls: { ca: 'PEM' } },
        },
      },
    })
  })

  test('to a database of PostgreSQL, or another one of the same server', () => {
    const user = { env: 'LAKE_USER' }
    const source = { kind: 'postgres', url: 'postgresql://host/rows?sslmode=require', user, role: 'reader' }
    const found = {
      name: 'lake',
      kind: 'postgres',
      url: 'postgresql://host/rows?sslmode=require',
      role: 'reader',
    }
    expect(targetFor(source)).toMatchObject({ target: { source: found } })
    expect(targetFor(source, 'prod', 'other')).toMatchObject({
      target: { source: { ...found, database: 'other' } },
    })
  })

  test.each([
    [
      { kind: 'clickhouse', urls: ['https://host:8443', 'http://host:8123'] },
      { path: ['urls', 0], expected: 'https, as tls is given: http does not use it' },
    ],
    [
      { kind: 'postgres', url: 'postgresql://host/rows?sslmode=disable', user: { env: 'LAKE_USER' } },
      {
        path: ['url'],
        expected: 'an address of PostgreSQL with TLS, as tls is given: sslmode=disable does not use it',
      },
    ],
  ])('nowhere in the clear where TLS is given: %j', (source, obstacle) => {
    expect(targetFor({ ...source, tls: { ca: { env: 'POSTGRES_CA' } } })).toEqual({ obstacles: [obstacle] })
    expect(targetFor(source)).toHaveProperty('target')
  })

  test('elsewhere in each environment, whose secrets are its own', () => {
    const source = { kind: 'clickhouse', url: 'http://host:8123', password: { secret: 'password' } }
    const [prod, other] = [targetFor(source), targetFor(source, 'test')]
    if ('obstacles' in prod || 'obstacles' in other) throw new Error('No target.')
    expect([prod.target.source.password, other.target.source.password]).toEqual(['one', 'two'])
    expect(prod.target.identity).not.toBe(other.target.identity)
    expect([prod.target.identity, other.target.identity].join()).not.toMatch(/one|two/)
  })

  test('to another one where a secret was set again', () => {
    const source = { kind: 'clickhouse', url: 'http://host:8123', password: { secret: 'password' } }
    const again = { ...values, secret: () => ({ value: 'one', version: '3' }) }
    const [before, after] = [targetFor(source), targetOf('prod', definitionOf(source), null, again)]
    if ('obstacles' in before || 'obstacles' in after) throw new Error('No target.')
    expect(before.target.identity).not.toBe(after.target.identity)
  })

  const address = 'an address of PostgreSQL with'
  test.each([
    ['postgres', 'postgresql://10.0.0.1/rows', 'a user beside it or in it'],
    [
      'postgres',
      'postgresql://me:never-told@host/rows?sslmode=allow',
      /^an address of PostgreSQL with one of disable, require/,
    ],
    ['postgres', 'postgresql://me:%FFnever-told@host/rows', `${address} percent signs that stand for bytes`],
    [
      'clickhouse',
      'http://me:%FFnever-told@host:8123',
      'an address such as https://host:8443, without a path or query',
    ],
  ])('nowhere by an address of %s that connecting would refuse: %s', (kind, url, expected) => {
    const kept = { ...values, secret: () => ({ value: url, version: '1' }) }
    const found = targetOf('prod', definitionOf({ kind, url: { secret: 'url' } }), null, kept)
    const path = kind === 'postgres' ? ['url'] : ['urls', 0]
    const obstacle = {
      path,
      expected: typeof expected === 'string' ? expected : expect.stringMatching(expected),
    }
    expect(found).toEqual({ obstacles: [obstacle] })
  })

  test('nowhere to a guest, who has named no address, where connecting refuses one nevertheless', async () => {
    const source = { name: 'lake', kind: 'postgres', url: 'postgresql://10.0.0.1/rows', role: null } as const
    const target = { source, urls: [new URL(source.url)], identity: '' }
    const opening = openTarget(target, { log: createLogger('silent'), connections: 1, networks: null })
    await expect(opening).rejects.toMatchObject({
      code: 'WAREHOUSE_UNAVAILABLE',
      message: 'The warehouse cannot be reached.',
    })
  })

  test.each(['OTHER', 'POSTGRESX', 'TESSERA_ENCRYPTION_KEY', 'CLICKHOUSE_', 'toString'])(
    'nowhere by the variable %s',
    (name) => {
      expect(findVariable(variables, name).value).toBe(null)
    },
  )
})

describe('the installation’s own warehouse', () => {
  test.each([
    [{ name: 'warehouse', kind: 'chdb' }, 'chdb', true],
    [{ name: 'warehouse', kind: 'chdb' }, 'clickhouse', true],
    [{ name: 'lake', kind: 'chdb' }, 'chdb', false],
    [{ name: 'lake', kind: 'clickhouse', url: { env: 'CLICKHOUSE_URL' } }, 'clickhouse', true],
    [{ name: 'lake', kind: 'clickhouse', url: { env: 'CLICKHOUSE_URL' } }, 'chdb', false],
    [
      { name: 'lake', kind: 'clickhouse', url: { env: 'CLICKHOUSE_URL' }, connections: 3 },
      'clickhouse',
      false,
    ],
    [{ name: 'warehouse', kind: 'clickhouse', url: 'http://localhost:8123' }, 'clickhouse', false],
  ] as const)('%j, where the settings connect to %s: %s', (source, own, expected) => {
    const [parsed] = parseModel({ dataSources: [source], datasets: [] }).dataSources
    if (parsed === undefined) throw new Error('No data source.')
    expect(isInstallations(buildDataSource(parsed), own)).toBe(expected)
  })
})
