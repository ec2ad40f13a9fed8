import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/data-sources/kept-values.ts'
import { findVariable, modelVariables } from '../../src/data-sources/kept-values.ts'
import { isInstallations, targetOf } from '../../src/data-sources/target.ts'
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
    const source = { kind: 'postgres', url: 'postgresql://host/rows?sslmode=require', role: 'reader' }
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
