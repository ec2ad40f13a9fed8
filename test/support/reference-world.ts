import type { Column } from '../../src/catalogue/column.ts'
import type { ConformanceTable, StoredRow } from '../conformance/engine.ts'
import { column, int32, second, text } from './catalogue.ts'

/** Three small tables that JavaScript can filter as well as an engine can, and the statements that fill the engine. */

export type Cell = string | number | null
export type Row = Readonly<Record<string, Cell>>

export const tenants = ['a', 'b', 'c'] as const
export const regions = ['east', 'north', 'south'] as const
export const channels = ['app', 'web', 'shop', null] as const
export const countryCodes = ['DE', 'FR', 'PE', 'ZZ'] as const
export const continents = ['america', 'europe'] as const

/** No country has the code ZZ, and no city the id none. */
const countryRows: readonly Row[] = [
  { code: 'DE', continent: 'europe' },
  { code: 'FR', continent: 'europe' },
  { code: 'PE', continent: 'america' },
]

export const cityIds = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'none'] as const
const cityRows: readonly Row[] = cityIds.slice(0, -1).map((city_id, index) => ({
  city_id,
  name: ['arden', 'birch', 'cedar', 'arden'][index % 4] ?? '',
  country: countryCodes[index % 4] ?? '',
  population: index * 10,
}))

export const firstSecond = Date.UTC(2020, 0, 1) / 1000
export const days = 100

/** xorshift: the same rows each time, and no column follows from another. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    yield state >>> 0
  }
}

function eventRowsOf(count: number): readonly Row[] {
  const random = numbers(20_010_320)
  const below = (limit: number) => random.next().value % limit
  return Array.from({ length: count }, (_, id) => ({
    id,
    tenant: tenants[below(tenants.length)] ?? '',
    at: firstSecond + below(days * 24) * 3600 + below(2) * 1799,
    region: regions[below(regions.length)] ?? '',
    city_id: cityIds[below(cityIds.length)] ?? '',
    channel: channels[below(channels.length)] ?? null,
    amount: below(41) - 20,
    margin: below(9) - 4,
  }))
}

/** By the name of the dataset. */
export const tables: Readonly<Record<string, readonly Row[]>> = {
  events: eventRowsOf(300),
  cities: cityRows,
  countries: countryRows,
}

export const database = 'reference'

const definitions: Readonly<Record<string, string>> = {
  events: `id UInt32, tenant String, at DateTime('UTC'), region String, city_id String, channel Nullable(String),
    amount Int32, margin Int32`,
  cities: 'city_id String, name String, country String, population Int32',
  countries: 'code String, continent String',
}

export const statements: readonly string[] = [
  `CREATE DATABASE ${database}`,
  ...Object.entries(definitions).flatMap(([name, columns]) => [
    `CREATE TABLE ${database}.${name} (${columns}) ENGINE MergeTree ORDER BY tuple()`,
    `INSERT INTO ${database}.${name} VALUES ${(tables[name] ?? []).map(tupleOf).join(', ')}`,
  ]),
]

export const tableColumns: Readonly<Record<string, readonly Column[]>> = {
  events: [
    column('id', { kind: 'integer', bits: 32, signed: false }),
    column('tenant', text),
    column('at', second),
    column('region', text),
    column('city_id', text),
    column('channel', text, true),
    column('amount', int32),
    column('margin', int32),
  ],
  cities: [
    column('city_id', text),
    column('name', text),
    column('country', text),
    column('population', int32),
  ],
  countries: [column('code', text), column('continent', text)],
}

/** The same for any engine. */
export const storedTables = Object.entries(tableColumns).map(
  ([table, columns]): readonly [ConformanceTable, readonly StoredRow[]] => [
    { address: { database, table }, columns },
    (tables[table] ?? []).map((row) => columns.map(({ name }) => storedOf(name, row[name] ?? null))),
  ],
)

function storedOf(name: string, cell: Cell): string | null {
  if (name !== 'at') return cell === null ? null : String(cell)
  return new Date(Number(cell) * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

function tupleOf(row: Row): string {
  const cells = Object.values(row).map((cell) => (typeof cell === 'string' ? `'${cell}'` : (cell ?? 'NULL')))
  return `(${cells.join(', ')})`
}
