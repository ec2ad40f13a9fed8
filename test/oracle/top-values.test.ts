import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { analyticsOf } from '../support/behaviour-analytics.ts'
import { catalogueOf, column, dimension, metric, named, text } from '../support/catalogue.ts'
import { openTestEngine } from '../support/warehouse.ts'

const columns = { tenant: column('tenant', text), city: column('city', text, true) }

const catalogue = catalogueOf([
  {
    name: 'cities',
    title: 'Cities',
    description: null,
    dataSource: 'warehouse',
    table: { database: 'places', table: 'cities' },
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

const engine = await openTestEngine()
let warehouse: Warehouse

beforeAll(async () => {
  await engine.execute('CREATE DATABASE places')
  await engine.execute(
    'CREATE TABLE places.cities (tenant String, city Nullable(String)) ENGINE = MergeTree ORDER BY tenant',
  )
  const bytes = (city: string) => `unhex('${Buffer.from(city).toString('hex')}')`
  const rows = cities.map((city) => `('a', ${bytes(city)})`)
  await engine.execute(`INSERT INTO places.cities VALUES ${rows.join(', ')}, ('a', NULL)`)
  // Latin-1 of a program that never heard of UTF-8.
  await engine.execute(
    "INSERT INTO places.cities VALUES ('latin', unhex('4DFC6E6368656E')), ('latin', 'Rome')",
  )
  warehouse = await engine.open('chdb')
})

afterAll(() => engine.close())

async function found(search: string, tenant = 'a'): Promise<readonly unknown[]> {
  const analytics = analyticsOf({ catalogue, warehouse, now: Date.UTC(2001, 0, 1) }, tenant)
  const { values } = await analytics.topValues({ dataset: 'cities', dimension: 'city', search })
  return values.map(({ value }) => value).sort()
}

const munich = ['München', 'MÜNCHEN-Nord', 'Mu\u0308nchen Süd'].sort()

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

  test('is not failed by bytes that are no text', async () => {
    expect(await found('rom', 'latin')).toEqual(['Rome'])
    expect(await found('nchen', 'latin')).toHaveLength(1)
  })

  test('without a letter to search for is no search', async () => {
    expect(await found('')).toHaveLength(cities.length + 1)
  })
})
