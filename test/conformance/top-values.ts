import { beforeAll, describe, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { analyticsOf } from '../support/behaviour-analytics.ts'
import { catalogueOf, column, dimension, metric, named, text } from '../support/catalogue.ts'
import type { ConformanceEngine } from './engine.ts'

const columns = { tenant: column('tenant', text), city: column('city', text, true) }

const table = { address: { database: 'places', table: 'cities' }, columns: Object.values(columns) }

const catalogue = catalogueOf([
  {
    name: 'cities',
    title: 'Cities',
    description: null,
    dataSource: 'warehouse',
    table: table.address,
    tenancy: { kind: 'column', column: columns.tenant },
    timeDimension: null,
    latencySeconds: 0,
    dimensions: named([dimension(columns.city)]),
    joins: new Map(),
    rowRules: [],
    metrics: [metric({ name: 'cities', dataset: 'cities' })],
  },
])

const cities = [
  'München',
  'MÜNCHEN-Nord',
  // The same letters as a base and a combining mark.
  'Mu\u0308nchen Süd',
  'Munich',
  'Hauptstraße',
  'HAUPTSTRASSE',
  'İstanbul',
  'istanbul',
  'Ισθμός',
  'ΙΣΘΜΌΣ',
  'São Paulo',
  'Łódź',
  '100% sure',
  '100 percent',
  'back\\slash',
  'under_score',
  'underscore',
  '東京',
  'tab\there',
]

const munich = ['München', 'MÜNCHEN-Nord', 'Mu\u0308nchen Süd'].sort()

export function topValuesSuite(engine: ConformanceEngine): void {
  let warehouse: Warehouse

  beforeAll(async () => {
    await engine.createTable(table)
    await engine.insert(
      table,
      [...cities, null].map((city) => ['a', city]),
    )
    warehouse = await engine.open()
  })

  async function found(search: string, tenant = 'a'): Promise<readonly unknown[]> {
    const analytics = analyticsOf({ catalogue, warehouse, now: Date.UTC(2001, 0, 1) }, tenant)
    const { values } = await analytics.topValues({ dataset: 'cities', dimension: 'city', search })
    return values.map(({ value }) => value).sort()
  }

  describe('a search among top values', () => {
    test.each(['munchen', 'Munchen', 'München', 'MÜNCHEN', 'mu\u0308nchen', 'ünch'])(
      'finds München by %s, whatever its case and accents',
      async (search) => expect(await found(search)).toEqual(munich),
    )

    test.each([
      { search: 'strasse', values: ['HAUPTSTRASSE', 'Hauptstraße'] },
      { search: 'STRASSE', values: ['HAUPTSTRASSE', 'Hauptstraße'] },
      { search: 'straße', values: ['HAUPTSTRASSE', 'Hauptstraße'] },
      { search: 'istanbul', values: ['istanbul', 'İstanbul'] },
      { search: 'İSTANBUL', values: ['istanbul', 'İstanbul'] },
      // A sigma at the end of a word is the same letter.
      { search: 'ισθμοσ', values: ['ΙΣΘΜΌΣ', 'Ισθμός'] },
      { search: 'ΙΣΘΜΌΣ', values: ['ΙΣΘΜΌΣ', 'Ισθμός'] },
      { search: 'ISTANBUL', values: ['istanbul', 'İstanbul'] },
      { search: 'lodz', values: ['Łódź'] },
      { search: 'ŁÓDŹ', values: ['Łódź'] },
      { search: 'sao', values: ['São Paulo'] },
      { search: '京', values: ['東京'] },
    ])('finds $values by $search', async ({ search, values }) => {
      expect(await found(search)).toEqual(values)
    })

    test.each([
      { search: '%', values: ['100% sure'] },
      { search: '_', values: ['under_score'] },
      { search: '\\', values: ['back\\slash'] },
      { search: '\t', values: ['tab\there'] },
      { search: '.*', values: [] },
    ])('takes $search for the letters that it is', async ({ search, values }) => {
      expect(await found(search)).toEqual(values)
    })

    test('without a letter to search for is no search', async () => {
      expect(await found('')).toHaveLength(cities.length + 1)
    })
  })
}
