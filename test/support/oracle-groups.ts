import type { MetricFilterInput, SortOrder } from '../../src/catalogue/inputs.ts'
import {
  dimensionNamed,
  figureSql,
  metricNamed,
  numberOrDigits,
  type OracleContext,
  type OracleDataset,
} from './oracle-dataset.ts'
import type { OracleCell, OracleRow } from './oracle-duckdb.ts'
import { filtersSql } from './oracle-filters.ts'
import { instantSql } from './oracle-time.ts'

/** A dimension's values as text or plain values; numbers that a double may not hold as digits. */
export function keySql(dataset: OracleDataset, dimension: string, sql?: string): string {
  const of = dimensionNamed(dataset, dimension)
  const value = sql ?? of.sql
  switch (of.kind) {
    case 'instant':
      return instantSql(value)
    case 'date':
    case 'whole':
    case 'decimal':
      return `CAST(${value} AS VARCHAR)`
    default:
      return value
  }
}

/** A dimension's value as an answer shows it. */
export function keyOf(dataset: OracleDataset, dimension: string, cell: OracleCell | undefined): OracleCell {
  const { kind } = dimensionNamed(dataset, dimension)
  if (typeof cell !== 'string' || (kind !== 'whole' && kind !== 'decimal')) return cell ?? null
  return numberOrDigits(cell)
}

export function keysOf(
  dataset: OracleDataset,
  dimensions: readonly string[],
  row: OracleRow,
): readonly { dimension: string; value: OracleCell }[] {
  return dimensions.map((dimension, index) => ({
    dimension,
    value: keyOf(dataset, dimension, row[`k${index}`]),
  }))
}

export function havingSql(
  dataset: OracleDataset,
  tests: readonly MetricFilterInput[] | null | undefined,
): string {
  const figures = (tests ?? []).map(
    ({ metric }) => [metric, { sql: metricNamed(dataset, metric).sql, kind: 'double' }] as const,
  )
  return filtersSql(
    Object.fromEntries(figures),
    (tests ?? []).map(({ metric, operator, values }) => ({ dimension: metric, operator, values })),
  )
}

export interface OracleRanking {
  readonly dimensions: readonly string[]
  readonly metric: string
  readonly order: SortOrder
  readonly limit: number
  readonly having?: readonly MetricFilterInput[] | null | undefined
}

/**
 * Leaves the groups that stand alone in the table `top` (place, k0, k1 …) and the rows in `marked`, with the place of
 * their group; null for the others. Ties stand in the order of their keys, text bytewise and nulls last.
 */
export async function markTop(
  { oracle, dataset }: OracleContext,
  { dimensions, metric, order, limit, having }: OracleRanking,
): Promise<void> {
  const keys = dimensions.map((_, index) => `k${index}`)
  const by = [`figure ${order} NULLS LAST`, ...keys.map((key) => `${key} ASC NULLS LAST`)].join(', ')
  const sqlOf = (dimension: string) => dimensionNamed(dataset, dimension).sql
  const columns = dimensions.map((dimension, index) => `${sqlOf(dimension)} AS k${index}`)
  await oracle.run(`
    CREATE OR REPLACE TEMP TABLE top AS
    SELECT row_number() OVER (ORDER BY ${by}) AS place, ${keys.join(', ')}
    FROM (
      SELECT ${[...columns, `${metricNamed(dataset, metric).sql} AS figure`].join(', ')}
      FROM picked GROUP BY ${keys.join(', ')} HAVING ${havingSql(dataset, having)}
    )
    ORDER BY place LIMIT ${limit}`)
  const same = dimensions.map((dimension, index) => `top.k${index} IS NOT DISTINCT FROM ${sqlOf(dimension)}`)
  await oracle.run(`
    CREATE OR REPLACE TEMP TABLE marked AS
    SELECT picked.*, top.place FROM picked LEFT JOIN top ON ${same.join(' AND ')}`)
}

/** The figures of each place, the places in order and the others last: place, k0 …, v0 …. */
export function figuresOfPlaces(
  { oracle, dataset }: OracleContext,
  dimensions: readonly string[],
  metrics: readonly string[],
): Promise<readonly OracleRow[]> {
  return oracle.rows(`
    SELECT ${[
      'CAST(place AS INTEGER) AS place',
      ...dimensions.map((name, index) => `${keySql(dataset, name, `any_value(k${index})`)} AS k${index}`),
      ...metrics.map((metric, index) => `${figureSql(dataset, metric)} AS v${index}`),
    ].join(', ')}
    FROM marked LEFT JOIN top USING (place)
    GROUP BY place ORDER BY place NULLS LAST`)
}
