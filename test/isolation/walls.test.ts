import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Analytics } from '../../src/analytics/analytics.ts'
import { askingOf } from '../../src/analytics/asking.ts'
import { planRecords } from '../../src/analytics/questions/records.ts'
import { printStatement } from '../../src/warehouse/clickhouse/print.ts'
import { defaultLimits } from '../../src/warehouse/limits.ts'
import { Statement } from '../../src/warehouse/statement.ts'
import type { Rows, Warehouse } from '../../src/warehouse/warehouse.ts'
import { scale } from '../support/oracle-compare.ts'
import { testScope } from '../support/scope.ts'
import {
  answer,
  foreign,
  generatedFilter,
  generatedFilters,
  generatedQuestion,
  wallsAnalytics,
  wallsCatalogue,
} from '../support/walls.ts'
import { openTestEngine, unhurried } from '../support/warehouse.ts'

const catalogue = wallsCatalogue('walls')

const engine = await openTestEngine({ cluster: true })
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await engine.open('chdb')
  await engine.execute('CREATE DATABASE walls')
  await engine.execute(
    'CREATE TABLE walls.events (tenant String, at DateTime, note String, amount Int64, person String) ENGINE MergeTree ORDER BY (tenant, at)',
  )
  // The same keys in both tenants: a join that forgot the tenant would find the other's city.
  await engine.execute(
    'CREATE TABLE walls.people (tenant String, key String, city String) ENGINE MergeTree ORDER BY (tenant, key)',
  )
  await engine.execute(`
    INSERT INTO walls.events
    SELECT tenant, toDateTime('2001-01-01 00:00:00', 'UTC') + number * 3600, concat(tenant, '-note-', toString(number % 7)),
      if(tenant = 'a', 1, 1000000), concat('p', toString(number % 3))
    FROM numbers(500) ARRAY JOIN ['a', 'b'] AS tenant`)
  await engine.execute(
    "INSERT INTO walls.people SELECT tenant, concat('p', toString(number)), concat(tenant, '-city-', toString(number)) FROM numbers(2) ARRAY JOIN ['a', 'b'] AS tenant",
  )
  await engine.execute('CREATE DATABASE spread')
  for (const table of ['events', 'people']) {
    await engine.execute(
      `CREATE VIEW spread.${table}_half AS SELECT * FROM walls.${table} WHERE cityHash64(*) % 2 = shardNum() - 1`,
    )
    await engine.execute(
      `CREATE TABLE spread.${table} AS walls.${table} ENGINE = Distributed('two', 'spread', '${table}_half')`,
    )
  }
})

afterAll(() => engine.close())

function analyticsFor(tenantId: string, grants: Parameters<typeof testScope>[1] = {}): Analytics {
  return wallsAnalytics(catalogue, warehouse, tenantId, grants)
}

describe('no answer of one tenant holds anything of another', () => {
  test('for generated questions of every kind', async () => {
    const analytics = analyticsFor('a')
    await fc.assert(
      fc.asyncProperty(generatedQuestion, async (asked) => {
        expect(foreign(await answer(analytics, asked))).toEqual({ text: false, figure: false })
      }),
      { numRuns: Math.ceil(400 * scale) },
    )
  }, 120_000)

  test('and no one of another is counted in a funnel or a cohort', async () => {
    const analytics = analyticsFor('a')
    const all = { dimension: 'note', operator: 'IS_NOT_NULL' } as const
    await fc.assert(
      fc.asyncProperty(generatedFilter, generatedFilter, async (first, second) => {
        const conditions = [[{ or: [all, first] }], [{ or: [second, all] }]]
        const asked = { dataset: 'events', entity: 'note' }
        const steps = conditions.map((each, index) => ({ name: `${index}`, filters: each }))
        const funnel = await analytics.funnel({ ...asked, steps, within: 'P1D' })
        const [start = [], back = []] = conditions
        const retention = await analytics.retention({ ...asked, granularity: 'YEAR', start, return: back })
        // One for each of the seven notes that a tenant has.
        expect(funnel.steps.map(({ count }) => count)).toEqual([7, 7])
        expect(retention.cohorts.map(({ size }) => size)).toEqual([7])
      }),
      { numRuns: Math.ceil(60 * scale) },
    )
  })

  test('and the same questions of the other tenant do answer with its rows', async () => {
    const asked = { kind: 'table', metrics: ['total'], dimensions: ['note'], filters: [], others: false }
    expect(foreign(await answer(analyticsFor('b'), asked))).toEqual({ text: true, figure: true })
  })

  test('for a tenant that is spelled almost like another', async () => {
    for (const tenantId of ['A', 'a ', ' a', 'a\u200b', 'a%', 'а', "a' OR 1=1 --", 'a\\', 'b']) {
      const { figure } = await analyticsFor(tenantId).counter({
        metric: 'events',
        filters: [{ dimension: 'note', operator: 'STARTS_WITH', values: ['a-'] }],
      })
      expect([tenantId, figure.value]).toEqual([tenantId, 0])
    }
  })
})

describe('a locked filter', () => {
  const locked = {
    locked_filters: [{ dimension: 'note', operator: 'EQUALS' as const, values: ['a-note-1'] }],
  }

  test('holds under everything that a guest can write', async () => {
    const analytics = analyticsFor('a', locked)
    await fc.assert(
      fc.asyncProperty(generatedFilters, async (asked) => {
        const { values } = await analytics.topValues({ dataset: 'events', dimension: 'note', filters: asked })
        expect(values.filter(({ value: found }) => found !== 'a-note-1')).toEqual([])
      }),
      { numRuns: Math.ceil(200 * scale) },
    )
  })

  test('of an empty list lets no row through', async () => {
    const none = { locked_filters: [{ dimension: 'note', operator: 'EQUALS' as const, values: [] }] }
    const { figure } = await analyticsFor('a', none).counter({ metric: 'events' })
    expect(figure).toEqual({ value: 0, exact: '0' })
  })
})

/** In tables, and in the same rows spread over the two shards of a cluster. */
describe.each(['walls', 'spread'])('each wall of %s with the other one removed', (database) => {
  const scope = testScope('a')
  const asking = askingOf(scope, catalogue, 0)
  const { select } = planRecords(asking, { dataset: 'events', columns: ['note', 'city'] }, { first: 1000 })
  const { text, parameters } = printStatement(select, scope, defaultLimits)
  const statement = text.replaceAll('`walls`.', `\`${database}\`.`).replaceAll("'walls.", `'${database}.`)
  const predicate = /\n *WHERE `tenant` = \{p\d+:String\}/g
  const withoutWall1 = statement.replaceAll(predicate, '')
  const filtersSetting = /additional_table_filters = \{.*?\}, /g
  const withoutWall2 = statement.replace(filtersSetting, '')

  async function rowsOf(broken: string): Promise<Rows> {
    const kept = parameters.filter(({ name }) => broken.includes(`{${name}:`))
    return warehouse.run(Statement.of(broken, kept), unhurried)
  }
  const tenantsIn = ({ columns: found }: Rows) =>
    new Set(
      found.flatMap((cells) => cells.map((cell) => (cell === null ? 'none' : String(cell).slice(0, 2)))),
    )

  test('there are two of them, for each of the two tables', () => {
    expect(statement.match(predicate)).toHaveLength(2)
    expect(statement.match(/additional_table_filters = \{(.*?)\}, /)?.[1]).toBe(
      `'${database}.events': '\`tenant\` = unhex(\\'61\\')', '${database}.people': '\`tenant\` = unhex(\\'61\\')'`,
    )
  })

  test('the engine holds when the compiler forgets the tenant', async () => {
    const rows = await rowsOf(withoutWall1)
    expect([rows.rowCount, tenantsIn(rows)]).toEqual([500, new Set(['a-', 'none'])])
  })

  test('the compiler holds when the engine forgets the tenant', async () => {
    const rows = await rowsOf(withoutWall2)
    expect([rows.rowCount, tenantsIn(rows)]).toEqual([500, new Set(['a-', 'none'])])
  })

  test('and without both the other tenant shows: these tests can fail', async () => {
    const rows = await rowsOf(withoutWall1.replace(filtersSetting, ''))
    expect([rows.rowCount, tenantsIn(rows)]).toEqual([1000, new Set(['a-', 'b-', 'none'])])
  })
})
