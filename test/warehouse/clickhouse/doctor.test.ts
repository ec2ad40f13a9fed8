import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/log.ts'
import { checkClickHouse } from '../../../src/warehouse/clickhouse/doctor/checks.ts'
import { checkGrants, parseGrant } from '../../../src/warehouse/clickhouse/doctor/grants.ts'
import { changedSetting } from '../../../src/warehouse/clickhouse/doctor/server.ts'
import type { ClickHouseSource } from '../../../src/warehouse/clickhouse/source.ts'
import type { Check, TableUse } from '../../../src/warehouse/doctor.ts'
import { openTestEngine, type TestEngine } from '../../support/warehouse.ts'

const log = createLogger('silent')
let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine({ cluster: true })
  for (const statement of [
    'CREATE DATABASE data',
    'CREATE TABLE data.sorted (tenant String, day Date) ENGINE = MergeTree ORDER BY (tenant, day)',
    'CREATE TABLE data.unsorted (tenant String, day Date) ENGINE = MergeTree ORDER BY (day, tenant)',
    'CREATE TABLE data.hashed (tenant String, day Date) ENGINE = MergeTree ORDER BY (lower(tenant), day)',
    'CREATE TABLE data.projected (tenant String, day Date, PROJECTION mine (SELECT * ORDER BY tenant)) ENGINE = MergeTree ORDER BY day',
    'CREATE TABLE data.replacing (tenant String, day Date) ENGINE = ReplacingMergeTree ORDER BY day',
    'CREATE VIEW data.view AS SELECT * FROM data.sorted',
    "CREATE TABLE data.spread AS data.unsorted ENGINE = Distributed('two', 'data', 'unsorted', cityHash64(tenant))",
  ]) {
    await engine.execute(statement)
  }
})
afterAll(() => engine.close())

async function checks(source: Partial<ClickHouseSource>, tables: readonly TableUse[] = []) {
  const found: Check[] = []
  const whole = { name: 'test', kind: 'clickhouse', urls: [engine.front.url], ...source } as const
  for await (const check of checkClickHouse(whole, tables, log)) found.push(check)
  return found
}

const use = (table: string, tenantColumn: string | null = 'tenant'): TableUse => ({
  address: { database: 'data', table },
  tenantColumn,
})

/** Those of one table. */
async function ofTable(...uses: readonly TableUse[]) {
  const found = await checks({}, uses)
  return found.filter(({ name }) => name.startsWith('data.'))
}

describe('of a server', () => {
  test('each address is looked at, without showing its password, and the first that answers is asked the rest', async () => {
    const secret = 'hunter2'
    const url = engine.front.url.replace('http://', `http://reader:${secret}@`)
    const found = await checks({ urls: [`http://reader:${secret}@127.0.0.1:1`, url] })
    expect(found.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['http://127.0.0.1:1', 'problem'],
      [engine.front.url, 'ok'],
      ['grants', 'problem'],
      ['settings', 'ok'],
      ['settings of exports', 'ok'],
    ])
    expect(found.slice(0, 2).map(({ what }) => what)).toEqual([
      'It is not reached: ECONNREFUSED',
      expect.stringMatching(/^ClickHouse 26\.\d+\.\d+\.\d+\.$/),
    ])
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  test.each([
    ['wrong password', 'It does not accept the user or the password.'],
    ['too many queries', 'It refuses: 202.'],
    ['html', "It is not reached: HTTP 200 that is not ClickHouse's."],
    ['503', "It is not reached: HTTP 503 that is not ClickHouse's."],
    ['reset', 'It is not reached: ECONNRESET'],
  ] as const)('what keeps it from answering is said: %s', async (fault, what) => {
    engine.front.fault = fault
    const found = await checks({})
    engine.front.fault = null
    expect(found).toEqual([{ name: engine.front.url, outcome: 'problem', what, mend: null }])
  })
})

test('inside the process there is no user to look at', async () => {
  const found: Check[] = []
  const source = { name: 'test', kind: 'chdb', path: engine.path } as const
  for await (const check of checkClickHouse(source, [use('sorted')], log)) found.push(check)
  expect(found.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['inside the process', 'ok'],
    ['data.sorted', 'ok'],
    ['data.sorted: sorting key', 'ok'],
  ])
})

test('a setting of the profile that changes figures is a problem', () => {
  expect(changedSetting('reader', ['group_by_overflow_mode', 'any', 'throw'])).toEqual({
    name: 'setting group_by_overflow_mode',
    outcome: 'problem',
    what: 'It is any for reader and not throw, so that figures may be others than they should be.',
    mend: "ALTER USER `reader` MODIFY SETTINGS group_by_overflow_mode = 'throw';",
  })
})

describe('of a table', () => {
  test('whose sorting key starts with the tenant column there is nothing to mend', async () => {
    expect(await ofTable(use('sorted'))).toEqual([
      { name: 'data.sorted', outcome: 'ok', what: 'MergeTree.', mend: null },
      { name: 'data.sorted: sorting key', outcome: 'ok', what: 'It starts with tenant.', mend: null },
    ])
  })

  test.each([
    ['unsorted', 'day, tenant'],
    ['hashed', 'lower(tenant), day'],
  ])('whose sorting key starts otherwise (%s), a projection mends it', async (table, key) => {
    const [, before] = await ofTable(use(table))
    expect(before).toEqual({
      name: `data.${table}: sorting key`,
      outcome: 'warning',
      what: `It is (${key}) and does not start with tenant: a question of one tenant reads the rows of all.`,
      mend: `ALTER TABLE \`data\`.\`${table}\` ADD PROJECTION \`by_tenant\` (SELECT * ORDER BY \`tenant\`);\nALTER TABLE \`data\`.\`${table}\` MATERIALIZE PROJECTION \`by_tenant\`;`,
    })
    if (table === 'hashed')
      for (const statement of before?.mend?.split('\n') ?? []) await engine.execute(statement)
  })

  test('whose rows are merged into one is told first what becomes of the projection', async () => {
    const [, before] = await ofTable(use('replacing'))
    const statements = before?.mend?.split('\n') ?? []
    expect(statements).toEqual([
      "ALTER TABLE `data`.`replacing` MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';",
      'ALTER TABLE `data`.`replacing` ADD PROJECTION `by_tenant` (SELECT * ORDER BY `tenant`);',
      'ALTER TABLE `data`.`replacing` MATERIALIZE PROJECTION `by_tenant`;',
    ])
    for (const statement of statements) await engine.execute(statement)
    expect(await ofTable(use('replacing'))).toMatchObject([{ outcome: 'ok' }, { outcome: 'ok' }])
  })

  test('what mends it does', async () => {
    expect(await ofTable(use('hashed'), use('projected'))).toMatchObject([
      { outcome: 'ok' },
      { outcome: 'ok', what: 'The projection by_tenant is sorted by tenant.' },
      { outcome: 'ok' },
      { outcome: 'ok', what: 'The projection mine is sorted by tenant.' },
    ])
  })

  test('that is not there, the grant that may be missing stands with it', async () => {
    expect(await ofTable(use('absent'))).toEqual([
      {
        name: 'data.absent',
        outcome: 'problem',
        what: 'It is not there, or default may not see it.',
        mend: 'GRANT SELECT ON `data`.`absent` TO `default`;',
      },
    ])
  })

  test('that is a view, or everybody’s, no sorting key is asked for', async () => {
    expect(await ofTable(use('view'), use('unsorted', null))).toEqual([
      { name: 'data.view', outcome: 'ok', what: 'View.', mend: null },
      { name: 'data.unsorted', outcome: 'ok', what: 'MergeTree.', mend: null },
    ])
  })

  test('that is distributed, the sorting key is that of the table on the shards', async () => {
    expect(await ofTable(use('spread'))).toEqual([
      {
        name: 'data.spread',
        outcome: 'ok',
        what: 'Distributed over the cluster two of 2 shards on 2 servers, sharded by cityHash64(tenant).',
        mend: null,
      },
      {
        name: 'data.spread: sorting key',
        outcome: 'warning',
        what: 'That of data.unsorted is (day, tenant) and does not start with tenant: a question of one tenant reads the rows of all.',
        mend: 'ALTER TABLE `data`.`unsorted` ON CLUSTER `two` ADD PROJECTION `by_tenant` (SELECT * ORDER BY `tenant`);\nALTER TABLE `data`.`unsorted` ON CLUSTER `two` MATERIALIZE PROJECTION `by_tenant`;',
      },
    ])
  })
})

describe('grants', () => {
  test.each([
    [
      'GRANT SELECT ON data.* TO reader',
      { privileges: ['SELECT'], on: 'data.*', to: 'reader', isForOthers: false },
    ],
    [
      'GRANT SELECT(a, b), INSERT(a) ON data.flights TO reader WITH GRANT OPTION',
      { privileges: ['SELECT', 'INSERT'], on: 'data.flights', to: 'reader', isForOthers: true },
    ],
    [
      'GRANT SHOW TABLES, CREATE TEMPORARY TABLE ON *.* TO `my reader`',
      {
        privileges: ['SHOW TABLES', 'CREATE TEMPORARY TABLE'],
        on: '*.*',
        to: '`my reader`',
        isForOthers: false,
      },
    ],
    ['GRANT READ ON URL TO reader', { privileges: ['READ'], on: 'URL', to: 'reader', isForOthers: false }],
    ['GRANT analysts TO reader', null],
    ['REVOKE SELECT ON system.* FROM reader', null],
  ])('%s', (line, expected) => {
    expect(parseGrant(line)).toEqual(expected)
  })

  const reading = ['GRANT SHOW TABLES, SELECT ON data.* TO reader', 'GRANT dictGet ON *.* TO reader']

  test('of one who reads are fine', () => {
    expect(checkGrants(reading, 'reader', false)).toEqual({
      name: 'grants',
      outcome: 'ok',
      what: 'reader may read, and nothing else.',
      mend: null,
    })
  })

  test.each([
    ['GRANT ALL ON *.* TO reader WITH GRANT OPTION', 'ALL', 'REVOKE ALL ON *.* FROM reader;'],
    ['GRANT SELECT, INSERT ON data.* TO reader', 'INSERT', 'REVOKE INSERT ON data.* FROM reader;'],
    [
      'GRANT ALTER UPDATE(a) ON data.t TO reader',
      'ALTER UPDATE',
      'REVOKE ALTER UPDATE ON data.t FROM reader;',
    ],
    [
      'GRANT CREATE, DROP, TRUNCATE ON *.* TO reader',
      'CREATE, DROP, TRUNCATE',
      'REVOKE CREATE, DROP, TRUNCATE ON *.* FROM reader;',
    ],
    [
      'GRANT SELECT(a), INSERT ON data.t TO reader WITH GRANT OPTION',
      'INSERT, SELECT WITH GRANT OPTION',
      'REVOKE INSERT ON data.t FROM reader;\nREVOKE GRANT OPTION FOR SELECT ON data.t FROM reader;',
    ],
    ['GRANT S3, URL ON *.* TO reader', 'S3, URL', 'REVOKE S3, URL ON *.* FROM reader;'],
    ['GRANT READ ON URL TO reader', 'READ', 'REVOKE READ ON URL FROM reader;'],
    ['GRANT SET DEFINER ON * TO reader', 'SET DEFINER', 'REVOKE SET DEFINER ON * FROM reader;'],
  ])('of one who may do more are a problem, unless its settings hold it back: %s', (line, more, mend) => {
    expect(checkGrants([...reading, line], 'reader', false)).toEqual({
      name: 'grants',
      outcome: 'problem',
      what: `reader may do more than read: ${more}.`,
      mend,
    })
    expect(checkGrants([...reading, line], 'reader', true)).toEqual({
      name: 'grants',
      outcome: 'warning',
      what: `reader may do more than read (${more}); its setting readonly keeps it from it.`,
      mend,
    })
  })
})
