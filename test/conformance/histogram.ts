import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { analyticsOf } from '../support/behaviour-analytics.ts'
import { catalogueOf, column, dimension, named, text } from '../support/catalogue.ts'
import { forQuestions, now, nowMicros } from '../support/oracle-compare.ts'
import { type Oracle, openOracle } from '../support/oracle-duckdb.ts'
import { createEvents, eventsVocabulary } from '../support/oracle-event-log.ts'
import { events, oracleEvents } from '../support/oracle-events.ts'
import { commonWidth, expectedCounts, histogramsOf, isReadable } from '../support/oracle-histogram.ts'
import { questionsAbout } from '../support/oracle-questions.ts'
import { createClockChanges } from '../support/oracle-time.ts'
import { zones } from '../support/oracle-vocabulary.ts'
import type { ConformanceEngine } from './engine.ts'
import { loadEvents } from './tables.ts'

const columns = {
  tenant: column('tenant', text),
  whole: column('whole', { kind: 'integer', bits: 64, signed: true }, true),
  huge: column('huge', { kind: 'integer', bits: 256, signed: true }, true),
  price: column('price', { kind: 'decimal', precision: 18, scale: 2 }, true),
  weight: column('weight', { kind: 'float', bits: 64 }, true),
  share: column('share', { kind: 'float', bits: 32 }, true),
  wait: column('wait', { kind: 'integer', bits: 32, signed: true }, true),
}

const numbers = {
  ...events,
  name: 'numbers',
  table: { database: 'bins', table: 'numbers' },
  tenancy: { kind: 'column', column: columns.tenant },
  timeDimension: null,
  dimensions: named([
    ...Object.values(columns).map((of) => dimension(of)),
    { ...dimension(columns.wait, null, 'wait_seconds'), unit: 's' },
    { ...dimension(columns.wait, null, 'wait_minutes'), unit: 'minutes' },
  ]),
  metrics: [],
} as const

const numbersTable = { address: numbers.table, columns: Object.values(columns) }
const catalogue = catalogueOf([events, numbers])

let tenants = 0

export function histogramsSuite(engine: ConformanceEngine, share = 1): void {
  let warehouse: Warehouse
  let oracle: Oracle

  beforeAll(async () => {
    oracle = await openOracle()
    await createEvents(oracle)
    await loadEvents(oracle, engine)
    await engine.createTable(numbersTable)
    warehouse = await engine.open()
    await createClockChanges(oracle, zones)
  })

  afterAll(() => oracle.close())

  /** Rows of a tenant of its own, and the bins of one column of them as `from to count`. */
  async function binsOf(
    name: string,
    values: readonly (string | null)[],
    bins?: number,
  ): Promise<readonly string[]> {
    tenants += 1
    const stored = name.startsWith('wait') ? 'wait' : name
    const rows = values.map((value) =>
      numbersTable.columns.map(({ name }) =>
        name === 'tenant' ? `n${tenants}` : name === stored ? value : null,
      ),
    )
    await engine.insert(numbersTable, rows)
    const analytics = analyticsOf({ catalogue, warehouse, now: nowMicros / 1000 }, `n${tenants}`)
    const answer = await analytics.histogram({ dataset: 'numbers', dimension: name, bins })
    return answer.bins.map(({ exactFrom, exactTo, count }) => `${exactFrom} ${exactTo} ${count}`)
  }

  describe('a histogram', () => {
    test('counts what the oracle counts between the same edges, which read well and hold every value', {
      timeout: 120_000,
    }, async () => {
      const asked = histogramsOf(questionsAbout(eventsVocabulary).topValues, [
        'person',
        'hash',
        'amount',
        'weight',
        'share',
      ])
      await forQuestions(asked, 300 * share, async (question) => {
        const { tenant, locked, input } = question
        const analytics = analyticsOf({ catalogue, warehouse, now: nowMicros / 1000 }, tenant, {
          locked_filters: [...locked],
        })
        const answer = await analytics.histogram(input)
        const { counts, outside } = await expectedCounts(
          { oracle, dataset: oracleEvents, now },
          question,
          answer,
        )
        expect({ counts: answer.bins.map(({ count }) => count), outside: 0 }).toEqual({ counts, outside })
        if (answer.bins.length === 0) return
        const width = commonWidth(answer)
        expect(width !== null && isReadable(width)).toBe(true)
        expect(answer.bins.length).toBeLessThanOrEqual(input.bins ?? 20)
        expect([answer.bins.at(0)?.count === 0, answer.bins.at(-1)?.count === 0]).toEqual([false, false])
      })
    })

    test('has no bins where there is no value', async () => {
      expect(await binsOf('weight', [])).toEqual([])
      expect(await binsOf('weight', [null, 'NaN', 'Infinity', '-Infinity'])).toEqual([])
    })

    test('lists empty bins between others, and puts a value on an edge into the bin that starts there', async () => {
      expect(await binsOf('whole', ['0', '9', '10', '40', null], 5)).toEqual([
        '0 10 2',
        '10 20 1',
        '20 30 0',
        '30 40 0',
        '40 50 1',
      ])
    })

    test('has edges that are the doubles nearest to their text', async () => {
      expect(
        await binsOf('weight', ['0.1', '0.3', '0.30000000000000004', '0.7', '0.7999999999999999'], 10),
      ).toEqual(['0.1 0.2 1', '0.2 0.3 0', '0.3 0.4 2', '0.4 0.5 0', '0.5 0.6 0', '0.6 0.7 0', '0.7 0.8 2'])
    })

    test('holds the least of single precision, which lies below the text that it is shown as', async () => {
      expect(await binsOf('share', ['0.7', '1.5'], 2)).toEqual(['0 1 1', '1 2 1'])
      expect(await binsOf('share', ['0.7', '0.8'], 2)).toEqual(['0.6 0.8 1', '0.8 1 1'])
    })

    test.each([
      { name: 'whole', least: '-9223372036854775808', greatest: '9223372036854775807' },
      {
        name: 'huge',
        least: '-1000000000000000000000000000000000000000000000000000',
        greatest: '999999999999999999999999999999999999999999999999999',
      },
      { name: 'weight', least: '-1.7976931348623157e308', greatest: '1.7976931348623157e308' },
    ])('holds $least and $greatest', async ({ name, least, greatest }) => {
      const bins = await binsOf(name, [least, greatest], 2)
      expect(bins.map((bin) => bin.split(' ')[2])).toEqual(['1', '1'])
    })

    test('tells ids beyond 2^53 apart', async () => {
      expect(await binsOf('whole', ['9007199254740992', '9007199254740993', '9007199254740993'])).toEqual([
        '9007199254740992 9007199254740993 1',
        '9007199254740993 9007199254740994 2',
      ])
    })

    test('counts decimals by their digits', async () => {
      expect(await binsOf('price', ['0.29', '0.30', '-0.01', '9999999999999999.99'], 2)).toEqual([
        '-10000000000000000 0 1',
        '0 10000000000000000 3',
      ])
      expect(await binsOf('price', ['0.28', '0.29', '0.29', '0.30'])).toEqual([
        '0.28 0.29 1',
        '0.29 0.3 2',
        '0.3 0.31 1',
      ])
    })

    test('of a duration has the steps of a clock', async () => {
      const starts = async (name: string, most: string) =>
        (await binsOf(name, ['0', most], 5)).map((bin) => bin.split(' ')[0])
      expect(await starts('wait', '100')).toEqual(['0', '25', '50', '75', '100'])
      expect(await starts('wait_seconds', '100')).toEqual(['0', '30', '60', '90'])
      expect(await starts('wait_seconds', '80000')).toEqual(['0', '21600', '43200', '64800'])
      expect(await starts('wait_minutes', '100')).toEqual(['0', '30', '60', '90'])
      expect(await starts('wait_minutes', '7000')).toEqual(['0', '1440', '2880', '4320', '5760'])
    })
  })
}
