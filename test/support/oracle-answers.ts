import type {
  CounterInput,
  LeaderboardInput,
  TableInput,
  TopValuesInput,
} from '../../src/catalogue/inputs.ts'
import {
  boundPicked,
  cellOf,
  digitsOf,
  dimensionNamed,
  figureSql,
  metricNamed,
  momentSql,
  type OracleContext,
  pickRows,
  shownOf,
} from './oracle-dataset.ts'
import { near, quoted } from './oracle-duckdb.ts'
import { figuresOfPlaces, havingSql, keyOf, keySql, keysOf, markTop } from './oracle-groups.ts'
import type { Asked, Pages } from './oracle-questions.ts'
import { bucketSql, instantSql, type OracleRange } from './oracle-time.ts'

/** Answers as a test compares them: the values of the answer, without names and costs. */
export interface Expected<Shown> {
  readonly range: OracleRange | null
  readonly shown: Shown
}

export async function expectedCounter(
  context: OracleContext,
  { input, ...asked }: Asked<CounterInput>,
): Promise<Expected<unknown>> {
  const { oracle, dataset } = context
  const range = await pickRows(context, { ...asked, ...input, zone: input.timeZone ?? 'UTC' })
  const [row] = await oracle.rows(`SELECT ${figureSql(dataset, input.metric)} AS v0 FROM picked`)
  return { range, shown: { value: shownOf(row?.v0), exact: digitsOf(row?.v0) } }
}

export async function expectedLeaderboard(
  context: OracleContext,
  { input, ...asked }: Asked<LeaderboardInput>,
): Promise<Expected<unknown>> {
  const { oracle, dataset } = context
  const range = await pickRows(context, { ...asked, ...input, zone: input.timeZone ?? 'UTC' })
  const [whole] = await oracle.rows(`SELECT ${figureSql(dataset, input.metric)} AS v0 FROM picked`)
  const total = whole?.v0 ?? null
  await markTop(context, { ...input, order: input.order ?? 'DESC', limit: input.limit ?? 10 })
  const places = await figuresOfPlaces(context, input.dimensions, [input.metric])
  const rows = places
    .filter(({ place }) => place !== null || input.others === true)
    .map((row) => ({
      rank: row.place,
      keys: row.place === null ? [] : keysOf(dataset, input.dimensions, row),
      figure: { value: shownOf(row.v0), exact: digitsOf(row.v0) },
      share: metricNamed(dataset, input.metric).additive ? shareOf(Number(row.v0), Number(total)) : null,
      comparison: null,
      isOthers: row.place === null,
    }))
  return { range, shown: { total: shownOf(total), rows } }
}

/** A part of a whole is neither less than nothing nor more than it. */
function shareOf(figure: number, total: number): unknown {
  const share = figure / total
  return total !== 0 && share >= 0 && share <= 1 ? near(share) : null
}

export async function expectedTable(
  context: OracleContext,
  { input, ...asked }: Asked<TableInput>,
): Promise<Expected<unknown>> {
  const { oracle, dataset } = context
  const zone = input.timeZone ?? 'UTC'
  const grain = input.granularity ?? null
  if (grain === 'AUTO') throw new Error('The oracle is told a grain.')
  const asksRange = await pickRows(context, { ...asked, ...input, zone })
  const range = asksRange ?? (grain === null ? null : await boundPicked(context, zone))
  const keys = grain === null ? input.dimensions : [...input.dimensions, dataset.time]
  const keyColumn = (name: string) =>
    grain !== null && name === dataset.time
      ? instantSql(bucketSql(momentSql(dataset, zone), grain, zone))
      : dimensionNamed(dataset, name).sql
  const grouped = `
    SELECT ${[
      ...keys.map((name) => `${keyColumn(name)} AS "key ${name}"`),
      ...input.metrics.map((name) => `${metricNamed(dataset, name).sql} AS "order ${name}"`),
      ...input.metrics.map((name) => `${figureSql(dataset, name)} AS "figure ${name}"`),
    ].join(', ')}
    FROM picked
    ${keys.length === 0 ? '' : `GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`}
    HAVING ${havingSql(dataset, input.having)}`
  const shownKey = (name: string) =>
    grain !== null && name === dataset.time ? `"key ${name}"` : keySql(dataset, name, `"key ${name}"`)
  const rows = await oracle.rows(`
    SELECT ${[
      ...keys.map((name) => `${shownKey(name)} AS "shown ${name}"`),
      ...input.metrics.map((name) => `"figure ${name}"`),
    ].join(', ')}
    FROM (${grouped})
    ORDER BY ${tableOrder(context, input, keys).join(', ')}
    LIMIT ${input.limit ?? 100} OFFSET ${input.offset ?? 0}`)
  const [count] = await oracle.rows(`SELECT CAST(count(*) AS INTEGER) AS n FROM (${grouped})`)
  return {
    range,
    shown: {
      rowCount: count?.n,
      rows: rows.map((row) => [
        ...keys.map((name) => keyOf(dataset, name, row[`shown ${name}`])),
        ...input.metrics.map((name) => cellOf(row[`figure ${name}`])),
      ]),
    },
  }
}

function tableOrder(
  { dataset }: OracleContext,
  input: TableInput,
  keys: readonly string[],
): readonly string[] {
  const byDefault = [
    ...(input.granularity == null ? [] : [{ by: dataset.time, order: 'ASC' } as const]),
    { by: input.metrics[0] ?? '', order: 'DESC' } as const,
  ]
  const first = input.orderBy == null || input.orderBy.length === 0 ? byDefault : input.orderBy
  const rest = keys.filter((key) => !first.some(({ by }) => by === key))
  return [
    ...first.map(
      ({ by, order }) => `"${keys.includes(by) ? 'key' : 'order'} ${by}" ${order ?? 'DESC'} NULLS LAST`,
    ),
    ...rest.map((key) => `"key ${key}" ASC NULLS LAST`),
  ]
}

export async function expectedTopValues(
  context: OracleContext,
  { input, ...asked }: Asked<TopValuesInput>,
): Promise<unknown> {
  const { oracle, dataset } = context
  await pickRows(context, { ...asked, ...input, zone: 'UTC' })
  const { sql } = dimensionNamed(dataset, input.dimension)
  const isFound =
    input.search == null || input.search === ''
      ? 'true'
      : `contains(strip_accents(lower(${sql})), strip_accents(lower(${quoted(input.search)})))`
  const rows = await oracle.rows(`
    SELECT ${keySql(dataset, input.dimension, 'value')} AS shown, CAST(count AS INTEGER) AS count
    FROM (SELECT ${sql} AS value, count(*) AS count FROM picked WHERE ${isFound} GROUP BY 1)
    ORDER BY count DESC, value ASC NULLS LAST LIMIT ${input.limit ?? 20}`)
  return rows.map(({ shown, count }) => ({ value: keyOf(dataset, input.dimension, shown), count }))
}

/** The first rows in the order of the pages. */
export async function expectedRecords(
  context: OracleContext,
  { input: { input }, ...asked }: Asked<Pages>,
  limit: number,
): Promise<unknown> {
  const { oracle, dataset } = context
  await pickRows(context, { ...asked, ...input, zone: input.timeZone ?? 'UTC' })
  const latest = input.columns.includes(dataset.time) ? [{ by: dataset.time, order: 'DESC' } as const] : []
  const first = input.orderBy == null || input.orderBy.length === 0 ? latest : input.orderBy
  const rest = input.columns.filter((name) => !first.some(({ by }) => by === name))
  const sqlOf = (name: string) => dimensionNamed(dataset, name).sql
  const rows = await oracle.rows(`
    SELECT ${input.columns.map((name) => `${keySql(dataset, name)} AS "shown ${name}"`).join(', ')}
    FROM picked
    ORDER BY ${[
      ...first.map(({ by, order }) => `${sqlOf(by)} ${order ?? 'DESC'} NULLS LAST`),
      ...rest.map((name) => `${sqlOf(name)} ASC NULLS LAST`),
    ].join(', ')}
    LIMIT ${limit}`)
  return rows.map((row) => input.columns.map((name) => keyOf(dataset, name, row[`shown ${name}`])))
}
