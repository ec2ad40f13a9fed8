import type { Grain } from '../../src/access/grants.ts'
import type { TimeSeriesInput } from '../../src/catalogue/inputs.ts'
import type { Expected } from './oracle-answers.ts'
import {
  boundPicked,
  digitsOf,
  figureSql,
  metricNamed,
  momentSql,
  type OracleContext,
  pickRows,
  shownOf,
} from './oracle-dataset.ts'
import type { OracleRow } from './oracle-duckdb.ts'
import { figuresOfPlaces, keysOf, markTop } from './oracle-groups.ts'
import type { Asked } from './oracle-questions.ts'
import { bucketSql, instantSql, labelsOf } from './oracle-time.ts'

/** A series' answer for a grain, which the answer names where AUTO was asked for. */
export async function expectedSeries(
  context: OracleContext,
  { input, ...asked }: Asked<TimeSeriesInput>,
  grain: Grain,
): Promise<Expected<unknown>> {
  const { oracle, dataset } = context
  const zone = input.timeZone ?? 'UTC'
  const asksRange = await pickRows(context, { ...asked, ...input, zone })
  const range = asksRange ?? (await boundPicked(context, zone))
  const groupBy = input.groupBy ?? []
  const [first = ''] = input.metrics
  if (groupBy.length === 0) await markAll(context)
  else await markTop(context, { dimensions: groupBy, metric: first, order: 'DESC', limit: input.limit ?? 5 })
  const places = (await figuresOfPlaces(context, groupBy, input.metrics)).filter(
    ({ place }) => place !== null || (input.others ?? true),
  )
  const points = await oracle.rows(`
    SELECT ${[
      'CAST(place AS INTEGER) AS place',
      `${instantSql(bucketSql(momentSql(dataset, zone), grain, zone))} AS label`,
      ...input.metrics.map((metric, index) => `${figureSql(dataset, metric)} AS v${index}`),
    ].join(', ')}
    FROM marked GROUP BY place, label`)
  const byPlace = new Map(points.map((point) => [`${point.place} ${point.label}`, point]))
  const all = await labelsOf(oracle, range, grain, zone)
  const isShown = (label: string) => places.some(({ place }) => byPlace.has(`${place} ${label}`))
  const labels = input.fill === 'NONE' ? all.filter(isShown) : all
  const rows =
    groupBy.length === 0 && places.length === 0 ? [await totalOfNothing(context, input.metrics)] : places
  return {
    range,
    shown: {
      labels,
      series: rows.flatMap((row) => {
        const at = labels.map((label) => byPlace.get(`${row.place} ${label}`))
        return input.metrics.map((metric, index) =>
          seriesOf({ context, input, groupBy, row, at, labels }, metric, index),
        )
      }),
    },
  }
}

interface Line {
  readonly context: OracleContext
  readonly input: TimeSeriesInput
  readonly groupBy: readonly string[]
  readonly row: OracleRow
  readonly at: readonly (OracleRow | undefined)[]
  readonly labels: readonly string[]
}

function seriesOf(
  { context, input, groupBy, row, at, labels }: Line,
  metric: string,
  index: number,
): unknown {
  const { empty } = metricNamed(context.dataset, metric)
  const isToCome = (index: number) =>
    Date.parse(labels[index] ?? '') > Date.parse(`${context.now.replace(' ', 'T')}Z`)
  const fillerAt = (index: number) => {
    if (input.fill === 'ZERO') return 0
    return (input.fill ?? 'DEFAULT') === 'DEFAULT' && empty === 0 && !isToCome(index) ? 0 : null
  }
  return {
    metric,
    group: row.place === null ? [] : keysOf(context.dataset, groupBy, row),
    isOthers: row.place === null,
    comparisonValues: null,
    comparisonTotal: null,
    values: at.map((point, bucket) => (point === undefined ? fillerAt(bucket) : shownOf(point[`v${index}`]))),
    exactValues: at.map((point, bucket) =>
      point === undefined ? (fillerAt(bucket)?.toString() ?? null) : digitsOf(point[`v${index}`]),
    ),
    total: shownOf(row[`v${index}`]),
  }
}

/** One group with every row. */
async function markAll({ oracle }: OracleContext): Promise<void> {
  await oracle.run('CREATE OR REPLACE TEMP TABLE top AS SELECT 1 AS place')
  await oracle.run('CREATE OR REPLACE TEMP TABLE marked AS SELECT picked.*, 1 AS place FROM picked')
}

async function totalOfNothing(
  { oracle, dataset }: OracleContext,
  metrics: readonly string[],
): Promise<OracleRow> {
  const figures = metrics.map((metric, index) => `${figureSql(dataset, metric)} AS v${index}`)
  const [row] = await oracle.rows(`SELECT 1 AS place, ${figures.join(', ')} FROM picked`)
  return row ?? {}
}
