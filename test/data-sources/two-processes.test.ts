import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDataSources } from '../../src/data-sources/data-sources.ts'
import { firstModel } from '../../src/init/document.ts'
import { profilePostgresTable } from '../../src/init/profile-postgres.ts'
import { buildDataSource } from '../../src/model/data-source.ts'
import { parseModel } from '../../src/model/parse.ts'
import { openPostgresLook } from '../../src/warehouse/postgres/look.ts'
import { type CountingProxy, openCountingProxy } from '../support/counting-proxy.ts'
import { type Installation, startInstallation } from '../support/installation.ts'
import { keptLog } from '../support/log-lines.ts'
import {
  openPostgresTestEngine,
  type PostgresTestEngine,
  rowLevelSecurity,
} from '../support/postgres-warehouse.ts'
import { silent } from '../support/tokens.ts'
import { openTestEngine, type TestEngine } from '../support/warehouse.ts'

/** It stands in every secret, and in nothing that anybody is told. */
const hidden = 'hunter2'
const apiKey = `tsk_${'0'.repeat(40)}`
const log = keptLog()
const told: string[] = []

let postgres: PostgresTestEngine
let engine: TestEngine
let before: CountingProxy
let after: CountingProxy
let one: Installation
let two: Installation
let token: string

beforeAll(async () => {
  postgres = await openPostgresTestEngine()
  await postgres.execute(`CREATE TABLE orders (shop text NOT NULL, amount bigint NOT NULL);
    INSERT INTO orders VALUES ('acme', 5), ('acme', 6), ('other', 100); ${rowLevelSecurity('orders', 'shop')}`)
  engine = await openTestEngine()
  await engine.execute('CREATE DATABASE shop')
  await engine.execute(
    'CREATE TABLE shop.orders (shop String, amount Int64) ENGINE = MergeTree ORDER BY shop',
  )
  await engine.execute("INSERT INTO shop.orders VALUES ('acme', 3), ('acme', 4), ('other', 100)")
  before = await openCountingProxy(Number(new URL(engine.front.url).port))
  after = await openCountingProxy(Number(new URL(engine.front.url).port))
  const environment = {
    DATABASE_URL: await postgres.postgres.createDatabase(),
    TESSERA_BOOTSTRAP_API_KEY: apiKey,
    TESSERA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    TESSERA_DATA_SOURCE_VARIABLES: 'LAKE_URL',
    LAKE_URL: `http://${hidden}:${hidden}@127.0.0.1:${before.port}`,
    POSTGRES_ROWS_URL: postgres.adminUrl,
    CLICKHOUSE_HALF: `http://${hidden}@`,
  }
  one = await startInstallation(environment, log)
  two = await startInstallation(environment, log)
  await setSecret(urlOf(before))
  await apply({ url: { secret: 'lake_url' } })
  token = await one.guestToken(apiKey, { tenantId: 'acme' })
}, 60_000)

afterAll(async () => {
  await one.close()
  await two.close()
  await Promise.all([before.close(), after.close()])
  await engine.close()
  await postgres.close()
})

function urlOf({ port }: CountingProxy): string {
  return `http://${hidden}:${hidden}@127.0.0.1:${port}`
}

function modelOf(source: object) {
  const definition = { name: 'lake', kind: 'clickhouse', ...source }
  return {
    dataSources: [definition],
    datasets: [
      {
        ...{ name: 'orders', dataSource: 'lake', table: 'orders', tenantColumn: 'shop' },
        ...(definition.kind === 'postgres' ? {} : { database: 'shop' }),
        metrics: [{ name: 'turnover', aggregate: 'sum', column: 'amount' }],
      },
    ],
  }
}

async function post(to: Installation, credential: string, query: string, variables: object = {}) {
  const answer = await to.post(credential, { query, variables })
  told.push(JSON.stringify(answer))
  return answer
}

const applyText =
  'mutation ($document: JSONObject!, $dryRun: Boolean) { applyModel(document: $document, dryRun: $dryRun) { version } }'

async function apply(source: object) {
  const { body } = await post(one, apiKey, applyText, { document: modelOf(source) })
  expect(body.errors).toBeUndefined()
}

/** What a model with this data source is told. */
async function problemsOf(source: object) {
  const { body } = await post(one, apiKey, applyText, { document: modelOf(source), dryRun: true })
  const problems: unknown = body.errors?.[0]?.extensions?.problems
  return Array.isArray(problems) ? problems.map(({ path, message }) => [path, message]) : []
}

async function setSecret(value: string, name = 'lake_url') {
  const text =
    'mutation ($name: String!, $value: String!) { setDataSourceSecret(name: $name, value: $value) { name } }'
  const { body } = await post(one, apiKey, text, { name, value })
  expect(body).toEqual({ data: { setDataSourceSecret: { name } } })
}

/** A figure, or the code of what is in the way. */
async function turnoverBy(process: Installation): Promise<unknown> {
  const { body } = await post(process, token, '{ counter(input: { metric: "turnover" }) { exactValue } }')
  return body.errors?.[0]?.extensions?.code ?? Object(Object(body.data).counter).exactValue
}

/** What a change brings is there on both processes, and the connections of what it took the place of have gone. */
async function movesTo(next: CountingProxy, previous: CountingProxy) {
  for (const process of [one, two]) {
    await expect
      .poll(() => turnoverBy(process).then(() => next.open()), { timeout: 5_000 })
      .toBeGreaterThan(0)
    expect(await turnoverBy(process)).toBe('7')
  }
  await expect.poll(() => previous.open(), { timeout: 5_000 }).toBe(0)
}

describe('a change of a data source', () => {
  beforeEach(async () => {
    await setSecret(urlOf(before))
    await apply({ url: { secret: 'lake_url' } })
    expect([await turnoverBy(one), await turnoverBy(two)]).toEqual(['7', '7'])
    expect(before.open()).toBeGreaterThanOrEqual(2)
  })

  test.each([
    ['of its definition', () => apply({ url: `http://127.0.0.1:${after.port}` })],
    ['of its secret', () => setSecret(urlOf(after))],
  ])('%s holds on every process, and statements under way finish where they are', async (_, change) => {
    before.hold()
    const underWay = [one, two].map(turnoverBy)
    await expect.poll(() => before.held(), { timeout: 5_000 }).toBe(2)
    await change()
    for (const process of [one, two]) {
      await expect
        .poll(() => Promise.race([turnoverBy(process), undefined]).then(() => after.open()), {
          timeout: 5_000,
        })
        .toBeGreaterThan(0)
    }
    before.letGo()
    expect(await Promise.all(underWay)).toEqual(['7', '7'])
    await movesTo(after, before)
  })

  test('that takes its secret away leaves it unusable, until there is one again', async () => {
    const text = 'mutation { deleteDataSourceSecret(name: "lake_url") { name } }'
    expect((await post(one, apiKey, text)).body).toEqual({
      data: { deleteDataSourceSecret: { name: 'lake_url' } },
    })
    expect(await turnoverBy(one)).toBe('WAREHOUSE_UNAVAILABLE')
    await expect.poll(() => turnoverBy(two), { timeout: 5_000 }).toBe('WAREHOUSE_UNAVAILABLE')
    await expect.poll(() => before.open(), { timeout: 5_000 }).toBe(0)
    expect((await post(one, apiKey, text)).body.errors?.[0]?.message).toBe(
      'It does not exist, or the credential may not see it. name.',
    )
    await setSecret(urlOf(before))
    await expect.poll(() => turnoverBy(two), { timeout: 5_000 }).toBe('7')
    expect(log.messages()).toContain('a data source cannot be used')
  })
})

describe('a model is told what keeps its data source from being used', () => {
  test.each([
    [
      'an address where nothing is',
      { url: 'http://127.0.0.1:9' },
      'url',
      'a server that can be reached (ECONNREFUSED)',
    ],
    [
      'a name that nobody has',
      { urls: ['http://nowhere.invalid:8123'] },
      'urls[0]',
      'a server that can be reached (ENOTFOUND)',
    ],
    [
      'a variable that is none of the model’s',
      { url: { env: 'TESSERA_ENCRYPTION_KEY' } },
      'url',
      'a variable whose name starts with CLICKHOUSE_ or POSTGRES_, or is one of TESSERA_DATA_SOURCE_VARIABLES; TESSERA_ENCRYPTION_KEY is neither',
    ],
    [
      'a variable that is not set',
      { url: { env: 'CLICKHOUSE_ELSEWHERE' } },
      'url',
      'a variable that is set where the server runs; CLICKHOUSE_ELSEWHERE is not',
    ],
    [
      'a variable that holds something else',
      { url: { env: 'CLICKHOUSE_HALF' } },
      'url',
      'an address such as https://host:8443, without a path or query',
    ],
    [
      'a secret that is not stored',
      { url: { env: 'LAKE_URL' }, password: { secret: 'lake_password' } },
      'password',
      'a secret that is stored; lake_password is not',
    ],
    [
      'where a machine’s own credentials are',
      { url: 'http://169.254.169.254' },
      'url',
      'an address that data sources may have, as TESSERA_DATA_SOURCE_NETWORKS says (ADDRESS_REFUSED)',
    ],
    [
      'an embedded warehouse of its own',
      { kind: 'chdb' },
      'name',
      'the name warehouse: a process has one embedded warehouse, which is called that',
    ],
  ])('%s', async (_, source, path, expected) => {
    expect(await problemsOf(source)).toEqual([[`dataSources[0].${path}`, `expected ${expected}`]])
  })

  test('credentials that the server refuses', async () => {
    engine.front.fault = 'wrong password'
    try {
      const refused =
        'expected a user and password that the server accepts (ClickHouse 516 AUTHENTICATION_FAILED)'
      const user = { env: 'CLICKHOUSE_HALF' }
      expect(await problemsOf({ url: { env: 'LAKE_URL' } })).toEqual([['dataSources[0].url', refused]])
      expect(await problemsOf({ url: { env: 'LAKE_URL' }, user })).toEqual([['dataSources[0].user', refused]])
    } finally {
      engine.front.fault = null
    }
  })

  test('nothing where it may be used', async () => {
    expect(await problemsOf({ url: { env: 'LAKE_URL' } })).toEqual([])
  })
})

describe('PostgreSQL', () => {
  const parts = () => new URL(postgres.source.url)
  const addressOf = (database = parts().pathname.slice(1)) => `postgresql://${parts().host}/${database}`
  const source = () => ({
    ...{ kind: 'postgres', url: addressOf(), role: postgres.source.role },
    user: { secret: 'rows_user' },
    password: { secret: 'rows_password' },
  })

  beforeEach(async () => {
    await setSecret(parts().username, 'rows_user')
    await setSecret(parts().password, 'rows_password')
  })

  test('is a data source like another', async () => {
    await apply(source())
    expect([await turnoverBy(one), await turnoverBy(two)]).toEqual(['11', '11'])
  })

  test('is tried before a model holds', async () => {
    expect(await problemsOf({ ...source(), url: addressOf('nowhere') })).toEqual([
      ['dataSources[0].url', 'expected a database that exists (PostgreSQL 3D000)'],
    ])
    await setSecret('another', 'rows_password')
    expect(await problemsOf(source())).toEqual([
      ['dataSources[0].user', 'expected a user and password that the server accepts (PostgreSQL 28P01)'],
    ])
  })

  test('is looked at for a first model, which holds as it is', async () => {
    const look = openPostgresLook({ ...postgres.source, url: postgres.adminUrl, role: null }, silent)
    const profile = await profilePostgresTable(look, 'public', 'orders')
    const nowhere = profilePostgresTable(look, 'public', 'order')
    await expect(nowhere).rejects.toThrow('There is no table order in the schema public. There is orders.')
    await look.close()
    const seen = { rows: 3, rowsSeen: 3, database: 'public', table: 'orders' }
    expect(profile).toEqual({
      ...seen,
      columns: [
        {
          ...{ name: 'shop', engineType: 'text', type: { kind: 'string' } },
          ...{ empty: 0, distinct: 2, least: null, most: null },
        },
        {
          ...{ name: 'amount', engineType: 'bigint', type: { kind: 'integer', bits: 64, signed: true } },
          ...{ empty: 0, distinct: 3, least: 5, most: 100 },
        },
      ],
    })
    const text = firstModel(profile, {
      ...{ tenantColumn: 'shop', urlVariable: 'POSTGRES_ROWS_URL', kind: 'postgres' },
    })
    const document = parseModel(text)
    expect(document.dataSources).toEqual([
      { name: 'rows', kind: 'postgres', url: { env: 'POSTGRES_ROWS_URL' } },
    ])
    const { body } = await post(one, apiKey, applyText, { document, dryRun: true })
    expect(body.errors).toBeUndefined()
  })

  test('has no more connections than it may have, however many of its databases are asked', async () => {
    const databases = ['many_1', 'many_2', 'many_3', 'many_4']
    for (const database of databases) await postgres.execute(`CREATE DATABASE ${database}`)
    const sources = createDataSources({
      own: { kind: 'chdb', warehouse: await engine.open('chdb') },
      values: {
        variable: () => ({ value: null, expected: 'none' }),
        secret: (_, name) => ({ value: name === 'user' ? parts().username : parts().password, version: '' }),
        onChange: () => undefined,
      },
      // Nothing is asked of the store on the way of a statement.
      catalogues: { get: () => Promise.reject(new Error('Nobody asks.')), onChange: () => undefined },
      log: silent,
      settings: { openMax: 3, connections: 2, networks: null },
    })
    const definition = buildDataSource({
      ...{ name: 'rows', kind: 'postgres', url: addressOf() },
      user: { secret: 'user' },
      password: { secret: 'password' },
    })
    const environment = { organizationId: 'acme', environmentId: 'test' }
    const bound = sources.of(environment, { dataSources: new Map([['rows', definition]]) })
    const counts: number[] = []
    let isDone = false
    const asked = [...databases, ...databases, ...databases].map((database) =>
      bound.find({ dataSource: 'rows', database })?.ping(20_000),
    )
    const all = Promise.all(asked).finally(() => {
      isDone = true
    })
    const count =
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'tessera_login' AND datname LIKE 'many%'"
    while (!isDone) counts.push(Number((await postgres.execute(count))[0]?.n))
    await all
    expect(Math.max(...counts)).toBe(2)
    await sources.close()
    await expect.poll(async () => (await postgres.execute(count))[0]?.n).toBe(0)
  })
})

test('the value of a secret is in no answer, no log line, no audit event and no exported model', async () => {
  await apply({ url: { secret: 'lake_url' } })
  for (const value of [`http://${hidden}:${hidden}@${hidden}.invalid:8123`, `no address but ${hidden}`]) {
    await setSecret(value)
    expect(await turnoverBy(one)).toBe('WAREHOUSE_UNAVAILABLE')
    expect(await problemsOf({ url: { secret: 'lake_url' } })).toHaveLength(1)
  }
  await post(one, apiKey, `mutation { setDataSourceSecret(name: "Not a name", value: "${hidden}") { name } }`)
  await post(one, apiKey, '{ exportModel dataSourceSecrets { name setAt } }')
  const page = '{ auditEvents(first: 100) { edges { node { kind detail } } } }'
  const { body } = await post(one, apiKey, page)
  expect(JSON.stringify(body)).toContain('{"kind":"data_source_secret.set","detail":{"secret":"lake_url"}}')
  expect(told.filter((answer) => answer.includes(hidden))).toEqual([])
  expect(log.lines().filter((line) => line.includes(hidden))).toEqual([])
  expect(log.lines().length).toBeGreaterThan(0)
})

test('secrets are those of an API key with model:write, and of its environment', async () => {
  const create = 'mutation { createApiKey(input: { name: "mints", scopes: ["tokens:create"] }) { secret } }'
  const { body } = await post(one, apiKey, create)
  const minting = String(Object(Object(body.data).createApiKey).secret)
  for (const credential of [minting, token]) {
    for (const text of [
      '{ dataSourceSecrets { name } }',
      'mutation { setDataSourceSecret(name: "a", value: "b") { name } }',
      'mutation { deleteDataSourceSecret(name: "lake_url") { name } }',
    ]) {
      const answer = await post(one, credential, text)
      expect([answer.body.data ?? null, answer.body.errors?.[0]?.extensions?.code]).toEqual([
        null,
        'FORBIDDEN',
      ])
    }
  }
})
