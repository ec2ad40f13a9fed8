import type {
  CounterInput,
  LeaderboardInput,
  TableInput,
  TopValuesInput,
} from '../../src/catalogue/inputs.ts'
import { near, type Oracle } from './oracle-duckdb.ts'
import { digitsOf, extentOfPicked, figureSql, metricNamed, pickRows, shownOf } from './oracle-flights.ts'
import { figuresOfPlaces, havingSql, keySql, keysOf, markTop } from './oracle-groups.ts'
import type { Asked, Pages } from './oracle-questions.ts'
import { bucketSql, instantSql, type OracleRange } from './oracle-time.ts'

/** Answers as a test compares them: the values of the answer, without names and costs. */
export interface Expected<Shown> {
  readonly range: OracleRange | null
  readonly shown: Shown
}

interface Scoped {
  readonly oracle: Oracle
  /** A UTC timestamp, from which moving periods count. */
  readonly now: string
}

export async function expectedCounter(
  { oracle, now }: Scoped,
  { input, ...asked }: Asked<CounterInput>,
): Promise<Expected<unknown>> {
  const range = await pickRows(oracle, { ...asked, ...input, zone: input.timeZone ?? 'UTC', now })
  const [row] = await oracle.rows(`SELECT ${figureSql(input.metric)} AS v0 FROM picked`)
  return { range, shown: { value: shownOf(row?.v0), exact: digitsOf(row?.v0) } }
}

export async function expectedLeaderboard(
  { oracle, now }: Scoped,
  { input, ...asked }: Asked<LeaderboardInput>,
): Promise<Expected<unknown>> {
  const range = await pickRows(oracle, { ...asked, ...input, zone: input.timeZone ?? 'UTC', now })
  const [whole] = await oracle.rows(`SELECT ${figureSql(input.metric)} AS v0 FROM picked`)
  const total = whole?.v0 ?? null
  await markTop(oracle, { ...input, order: input.order ?? 'DESC', limit: input.limit ?? 10 })
  const places = await figuresOfPlaces(oracle, input.dimensions, [input.metric])
  const rows = places
    .filter(({ place }) => place !== null || input.others === true)
    .map((row) => ({
      rank: row.place,
      keys: row.place === null ? [] : keysOf(input.dimensions, row),
      figure: { value: shownOf(row.v0), exact: digitsOf(row.v0) },
      share:
        metricNamed(input.metric).additive && Number(total) !== 0
          ? near(Number(row.v0) / Number(total))
          : null,
      isOthers: row.place === null,
    }))
  return { range, shown: { total: shownOf(total), rows } }
}

export async function expectedTable(
  { oracle, now }: Scoped,
  { input, ...asked }: Asked<TableInput>,
): Promise<Expected<unknown>> {
  const zone = input.timeZone ?? 'UTC'
  const asksRange = await pickRows(oracle, { ...asked, ...input, zone, now })
  const grain = input.granularity ?? null
  if (grain === 'AUTO') throw new Error('The oracle is told a grain.')
  const columns = new Map([
    ...input.dimensions.map((name) => [name, keySql(name)] as const),
    ...(grain === null ? [] : [['departed_at', instantSql(bucketSql('departed_at', grain, zone))] as const]),
  ])
  const range = asksRange ?? (grain === null ? null : await extentOfPicked(oracle, zone, now))
  const keys = [...columns.keys()]
  const select = [
    ...[...columns].map(([name, sql]) => `${sql} AS "key ${name}"`),
    ...input.metrics.map((name) => `${metricNamed(name).sql} AS "order ${name}"`),
    ...input.metrics.map((name) => `${figureSql(name)} AS "figure ${name}"`),
  ]
  const grouped = `
    SELECT ${select.join(', ')} FROM picked
    ${keys.length === 0 ? '' : `GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`}
    HAVING ${havingSql(input.having)}`
  const rows = await oracle.rows(`
    FROM (${grouped})
    ORDER BY ${tableOrder(input, keys).join(', ')}
    LIMIT ${input.limit ?? 100} OFFSET ${input.offset ?? 0}`)
  const [count] = await oracle.rows(`SELECT CAST(count(*) AS INTEGER) AS n FROM (${grouped})`)
  return {
    range,
    shown: {
      rowCount: count?.n,
      rows: rows.map((row) => [
        ...keys.map((name) => row[`key ${name}`] ?? null),
        ...input.metrics.map((name) => shownOf(row[`figure ${name}`])),
      ]),
    },
  }
}

function tableOrder(input: TableInput, keys: readonly string[]): readonly string[] {
  const byDefault = [
    ...(keys.includes('departed_at') ? [{ by: 'departed_at', order: 'ASC' } as const] : []),
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
  { oracle, now }: Scoped,
  { input, ...asked }: Asked<TopValuesInput>,
): Promise<Expected<unknown>> {
  const range = await pickRows(oracle, { ...asked, ...input, zone: 'UTC', now })
  const key = keySql(input.dimension)
  const found =
    input.search == null || input.search === ''
      ? 'true'
      : `contains(lower(${key}), '${input.search.toLowerCase()}')`
  const values = await oracle.rows(`
    SELECT ${key} AS value, CAST(count(*) AS INTEGER) AS count FROM picked WHERE ${found} GROUP BY 1
    ORDER BY count DESC, value ASC NULLS LAST LIMIT ${input.limit ?? 20}`)
  return { range, shown: values }
}

/** The first rows in the order of the pages. */
export async function expectedRecords(
  { oracle, now }: Scoped,
  { input: { input }, ...asked }: Asked<Pages>,
  limit: number,
): Promise<Expected<unknown>> {
  const range = await pickRows(oracle, { ...asked, ...input, zone: input.timeZone ?? 'UTC', now })
  const time = input.columns.includes('departed_at') ? [{ by: 'departed_at', order: 'DESC' } as const] : []
  const first = input.orderBy == null || input.orderBy.length === 0 ? time : input.orderBy
  const rest = input.columns.filter((name) => !first.some(({ by }) => by === name))
  const order = [
    ...first.map(({ by, order }) => `"${by}" ${order ?? 'DESC'} NULLS LAST`),
    ...rest.map((name) => `"${name}" ASC NULLS LAST`),
  ]
  const rows = await oracle.rows(`
    SELECT ${input.columns.map((name) => `${keySql(name)} AS "${name}"`).join(', ')}
    FROM picked ORDER BY ${order.join(', ')} LIMIT ${limit}`)
  return { range, shown: rows.map((row) => input.columns.map((name) => row[name] ?? null)) }
}
