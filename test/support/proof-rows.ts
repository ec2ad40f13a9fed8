/** A few hundred rows that are small enough to be filtered in JavaScript, and the statements that put them into the engine. */

export type Cell = string | number | null

export interface Sale {
  readonly tenant: string
  /** Seconds since 1970. */
  readonly at: number
  readonly id: number
  readonly region: string
  readonly city_id: string
  readonly channel: string | null
  readonly amount: number
  readonly margin: number
}

export interface City {
  readonly city_id: string
  readonly name: string
  readonly country: string
  readonly size: number
}

export const regions = ['north', 'east', 'south']
export const countries = ['DE', 'FR', 'IT']
export const channels = ['web', 'app', null]

/** The last id has no city. */
export const cityIds = ['c1', 'c2', 'c3', 'c4', 'c5', 'none']

export const cities: readonly City[] = cityIds.slice(0, -1).map((city_id, index) => ({
  city_id,
  name: `City ${index % 4}`,
  country: countries[index % 3] ?? '',
  size: index * 10,
}))

export const firstSecond = Date.UTC(2001, 0, 1) / 1000
const hours = 80 * 24

/** The same each time, without a pattern that a filter could follow by accident. */
export const sales: readonly Sale[] = Array.from({ length: 300 }, (_, id) => {
  const mixed = (salt: number) =>
    ((id + 1) * 2654435761 + salt * 40503 + ((id * id * salt) % 977)) % 4294967296
  const pick = <T>(list: readonly T[], salt: number): T | undefined =>
    list[Math.floor(mixed(salt) / 7) % list.length]
  return {
    tenant: pick(['a', 'b', 'c'], 1) ?? 'a',
    at: firstSecond + (Math.floor(mixed(2) / 11) % hours) * 3600,
    id,
    region: pick(regions, 3) ?? '',
    city_id: pick(cityIds, 4) ?? '',
    channel: pick(channels, 5) ?? null,
    amount: (Math.floor(mixed(6) / 13) % 41) - 20,
    margin: (Math.floor(mixed(7) / 17) % 9) - 4,
  }
})

const text = (value: string | null) => (value === null ? 'NULL' : `'${value}'`)

export const statements: readonly string[] = [
  'CREATE DATABASE proof',
  `CREATE TABLE proof.sales (tenant String, at DateTime('UTC'), id UInt32, region String, city_id String,
    channel Nullable(String), amount Int32, margin Int32) ENGINE MergeTree ORDER BY (tenant, at)`,
  'CREATE TABLE proof.cities (city_id String, name String, country String, size Int32) ENGINE MergeTree ORDER BY city_id',
  `INSERT INTO proof.sales VALUES ${sales
    .map(
      (sale) =>
        `(${text(sale.tenant)}, fromUnixTimestamp(${sale.at}), ${sale.id}, ${text(sale.region)}, ${text(sale.city_id)}, ${text(sale.channel)}, ${sale.amount}, ${sale.margin})`,
    )
    .join(', ')}`,
  `INSERT INTO proof.cities VALUES ${cities
    .map(({ city_id, name, country, size }) => `(${text(city_id)}, ${text(name)}, ${text(country)}, ${size})`)
    .join(', ')}`,
]
