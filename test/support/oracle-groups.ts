import type { MetricFilterInput, SortOrder } from '../../src/catalogue/inputs.ts'
import type { Oracle, OracleCell, OracleRow } from './oracle-duckdb.ts'
import { filtersSql } from './oracle-filters.ts'
import { figureSql, flightsDimensions, metricNamed } from './oracle-flights.ts'
import { instantSql } from './oracle-time.ts'

/** A dimension's values as an answer shows them. */
export function keySql(dimension: string): string {
  const of = flightsDimensions[dimension]
  if (of === undefined) throw new Error(`The oracle knows no dimension ${dimension}.`)
  return of.kind === 'instant' ? instantSql(of.sql) : of.sql
}

export function havingSql(tests: readonly MetricFilterInput[] | null | undefined): string {
  const figures = (tests ?? []).map(
    ({ metric }) => [metric, { sql: metricNamed(metric).sql, kind: 'number' }] as const,
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
 * their group; null for the others. Ties stand in the bytewise order of their keys, nulls last.
 */
export async function markTop(
  oracle: Oracle,
  { dimensions, metric, order, limit, having }: OracleRanking,
): Promise<void> {
  const keys = dimensions.map((_, index) => `k${index}`)
  const by = [`figure ${order} NULLS LAST`, ...keys.map((key) => `${key} ASC NULLS LAST`)].join(', ')
  const columns = dimensions.map((dimension, index) => `${keySql(dimension)} AS k${index}`)
  await oracle.run(`
    CREATE OR REPLACE TEMP TABLE top AS
    SELECT row_number() OVER (ORDER BY ${by}) AS place, ${keys.join(', ')}
    FROM (
      SELECT ${[...columns, `${metricNamed(metric).sql} AS figure`].join(', ')}
      FROM picked GROUP BY ${keys.join(', ')} HAVING ${havingSql(having)}
    )
    ORDER BY place LIMIT ${limit}`)
  const same = dimensions.map((dimension, index) => `top.k${index} IS NOT DISTINCT FROM ${keySql(dimension)}`)
  await oracle.run(`
    CREATE OR REPLACE TEMP TABLE marked AS
    SELECT picked.*, top.place FROM picked LEFT JOIN top ON ${same.join(' AND ')}`)
}

/** The figures of each place, the places in order and the others last: place, k0 …, v0 …. */
export function figuresOfPlaces(
  oracle: Oracle,
  dimensions: readonly string[],
  metrics: readonly string[],
): Promise<readonly OracleRow[]> {
  return oracle.rows(`
    SELECT ${[
      'CAST(place AS INTEGER) AS place',
      ...dimensions.map((_, index) => `any_value(k${index}) AS k${index}`),
      ...metrics.map((metric, index) => `${figureSql(metric)} AS v${index}`),
    ].join(', ')}
    FROM marked LEFT JOIN top USING (place)
    GROUP BY place ORDER BY place NULLS LAST`)
}

export function keysOf(
  dimensions: readonly string[],
  row: OracleRow,
): readonly { dimension: string; value: OracleCell }[] {
  return dimensions.map((dimension, index) => ({ dimension, value: row[`k${index}`] ?? null }))
}
