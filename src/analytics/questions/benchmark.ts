import type { Benchmark, BenchmarkPeriod } from '../../catalogue/benchmark.ts'
import type { Dataset } from '../../catalogue/catalogue.ts'
import type { BenchmarkInput } from '../../catalogue/inputs.ts'
import type { AggregateMetric, Metric } from '../../catalogue/metric.ts'
import { badInput, TesseraError } from '../../errors.ts'
import type { BenchmarkSelect } from '../../warehouse/benchmark-select.ts'
import type { AggregateExpression, Predicate } from '../../warehouse/select.ts'
import type { Rows } from '../../warehouse/warehouse.ts'
import type { BenchmarkAnswer, CounterAnswer, Distribution } from '../answers.ts'
import { type Asking, datasetOf, type Plan, parseRowset, within } from '../asking.ts'
import { columnAt, figureOf } from '../decode.ts'
import { isNarrowed } from '../guards.ts'
import { measureOf } from '../measure.ts'
import type { TimeRange } from '../time/time-range.ts'
import { columnsOfExpression, columnsOfPredicate, distinct } from '../view.ts'
import { requireBenchmark, requireMetric } from '../visible.ts'
import { planCounter } from './counter.ts'

/** Two statements: the tenant's own figure like any counter, and the one that reads across tenants. */
export interface BenchmarkPlan {
  readonly own: Plan<CounterAnswer>
  readonly others: BenchmarkSelect
  readonly read: (own: CounterAnswer, others: Rows) => BenchmarkAnswer
}

/**
 * Nothing of it but a name and a period is the guest's.
 * @throws NOT_FOUND, BAD_USER_INPUT, FORBIDDEN for who sees a part of the rows alone, and what the grants of time refuse
 */
export function planBenchmark(asking: Asking, input: BenchmarkInput): BenchmarkPlan {
  const benchmark = requireBenchmark(asking.visible, input.name, 'name')
  const period = periodOf(benchmark, input.period)
  const metric = requireMetric(asking.visible, benchmark.metric, 'name')
  const dataset = datasetOf(asking, metric)
  if (isNarrowed(asking.scope, dataset)) {
    const expected = `a token that sees all rows of its tenant in ${dataset.name}, as the other tenants' figures are of all of theirs`
    throw new TesseraError('FORBIDDEN', { argument: 'name', expected })
  }
  const { own, range } = inOwnWords(() => ownPlan(asking, benchmark, dataset, period))
  return {
    own,
    others: othersOf(benchmark, dataset, metric, within(dataset, range)),
    read: ({ figure, stats }, rows) => ({
      ...{ kind: 'benchmark', benchmark, metric, period, range, figure },
      distribution: distributionOf(rows),
      // What was read for the others is left out: it would tell how many rows are theirs.
      stats: { ...stats, durationMs: Math.max(stats.durationMs, rows.durationMs) },
    }),
  }
}

function periodOf({ periods }: Benchmark, asked: string | null | undefined): BenchmarkPeriod {
  const found = asked == null ? periods[0] : periods.find((period) => period === asked)
  if (found !== undefined) return found
  throw badInput('period', `one of the benchmark's periods, ${periods.join(', ')}`, periods)
}

function ownPlan(
  asking: Asking,
  { metric, timeZone }: Benchmark,
  dataset: Dataset,
  period: BenchmarkPeriod,
): { own: Plan<CounterAnswer>; range: TimeRange } {
  const counter = { metric, timeRange: { period }, timeZone }
  const { range } = parseRowset(asking, dataset, counter)
  if (range === null) throw new Error('A period has a range.')
  return { own: planCounter(asking, counter), range }
}

/** The guest wrote neither range nor zone: what is refused of them is the period, or the benchmark itself. */
function inOwnWords<Planned>(plan: () => Planned): Planned {
  try {
    return plan()
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error
    const { argument, ...details } = error.details
    const isZone = argument === 'input.timeZone'
    throw new TesseraError(error.code, { ...details, argument: isZone ? 'name' : 'period' })
  }
}

function othersOf(
  { minTenants, maxShare }: Benchmark,
  dataset: Dataset,
  metric: Metric,
  window: Predicate,
): BenchmarkSelect {
  const { tenancy } = dataset
  if (tenancy.kind !== 'column') throw new Error(`The rows of ${dataset.name} are no tenant's.`)
  const { table } = dataset
  // Of tenants who are elsewhere it would say nothing.
  if (table.database === null) throw new Error(`The rows of ${dataset.name} are in more than one place.`)
  if (metric.kind !== 'aggregate' && metric.kind !== 'ratio') throw unfit(metric)
  const figure = measureOf(dataset, metric)
  const whole = aggregateOf(dataset, metric.kind === 'ratio' ? metric.denominator : metric)
  const others = metric.kind === 'ratio' ? [aggregateOf(dataset, metric.numerator)] : []
  const counted = { ...whole, function: 'count' } as const
  const sums = [whole, ...others].filter((part) => part.function === 'sum')
  const named = [figure, counted, ...sums].flatMap((expression) => [...columnsOfExpression(expression)])
  return Object.freeze({
    ...{ dataset: dataset.name, table, tenancy },
    columns: distinct([...named, ...columnsOfPredicate(window)].map(({ column }) => column)),
    ...{ window, figure, counted, sums, minTenants, maxShare },
  })
}

const measured: ReadonlySet<string> = new Set(['count', 'sum', 'avg'])

/** Held here once more, whatever checked the model. */
function aggregateOf(dataset: Dataset, metric: AggregateMetric): AggregateExpression {
  const expression = measureOf(dataset, metric)
  const isOwn = [...columnsOfExpression(expression)].every(({ alias }) => alias === dataset.name)
  if (expression.kind === 'aggregate' && measured.has(expression.function) && isOwn) return expression
  throw unfit(metric)
}

function unfit({ name }: Metric): Error {
  return new Error(`${name} cannot be held against other tenants'.`)
}

function distributionOf(rows: Rows): Distribution | null {
  if (rows.rowCount === 0) return null
  const cell = (index: number) => figureOf(columnAt(rows, index)[0]).value
  const tenants = cell(0)
  if (tenants === null) throw new Error('A distribution says of how many tenants it is.')
  return { tenants, lowerQuartile: cell(1), median: cell(2), upperQuartile: cell(3) }
}
