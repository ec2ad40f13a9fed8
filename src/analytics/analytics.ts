import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'
import type {
  CounterInput,
  FunnelInput,
  HistogramInput,
  LeaderboardInput,
  PageInput,
  RecordsInput,
  RetentionInput,
  TableInput,
  TimeSeriesInput,
  TopValuesInput,
} from '../catalogue/inputs.ts'
import { TesseraError } from '../errors.ts'
import { ask } from '../warehouse/ask.ts'
import type { Limits } from '../warehouse/limits.ts'
import type { Rows, Warehouse } from '../warehouse/warehouse.ts'
import type {
  CounterAnswer,
  FunnelAnswer,
  HistogramAnswer,
  LeaderboardAnswer,
  RecordsAnswer,
  RetentionAnswer,
  Stats,
  TableAnswer,
  TimeSeriesAnswer,
  TopValuesAnswer,
} from './answers.ts'
import { askingOf, type Plan, parseMetrics, parseRowset, type Rowset } from './asking.ts'
import { askHistogram } from './questions/ask-histogram.ts'
import { askTable } from './questions/ask-table.ts'
import { planCounter } from './questions/counter.ts'
import { extentOf, planExtent } from './questions/extent.ts'
import { planFunnel } from './questions/funnel.ts'
import { planLeaderboard } from './questions/leaderboard.ts'
import { planRecords } from './questions/records.ts'
import { planRetention } from './questions/retention.ts'
import { parseTable, planTable } from './questions/table.ts'
import { planTimeSeries } from './questions/time-series.ts'
import { planTopValues } from './questions/top-values.ts'
import { requireDataset } from './visible.ts'

/**
 * The questions of one request. It is bound to the request's scope: no function here has a parameter through which
 * a tenant could be passed.
 */
export interface Analytics {
  counter(input: CounterInput): Promise<CounterAnswer>
  timeSeries(input: TimeSeriesInput): Promise<TimeSeriesAnswer>
  leaderboard(input: LeaderboardInput): Promise<LeaderboardAnswer>
  table(input: TableInput): Promise<TableAnswer>
  histogram(input: HistogramInput): Promise<HistogramAnswer>
  funnel(input: FunnelInput): Promise<FunnelAnswer>
  retention(input: RetentionInput): Promise<RetentionAnswer>
  topValues(input: TopValuesInput): Promise<TopValuesAnswer>
  records(input: RecordsInput, page: PageInput): Promise<RecordsAnswer>
  /** The rows that a stored figure is made from, with every column that may be named. */
  recordsBehind(behind: BehindInput, page: PageInput): Promise<RecordsAnswer>
}

export interface AnalyticsDependencies {
  readonly catalogue: Catalogue
  /** By the name of the data source. */
  readonly warehouses: ReadonlyMap<string, Warehouse>
  readonly limits: Limits
  /** How many questions one request may ask. */
  readonly questionsPerRequest: number
  /** Microseconds since 1970; one instant for the whole request, so that its widgets agree. */
  readonly now: number
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal | undefined
  /** Whether answers say what the engine read for them: it reads rows of others beside one's own. */
  readonly tellsCost: boolean
  /** Waits until the token may run one more statement. */
  readonly inTurn: InTurn
}

/** A stored figure: its metrics and the rows that it is about. */
export type BehindInput = Omit<RecordsInput, 'dataset' | 'columns'> & { readonly metrics: readonly string[] }

/** Of records. */
const columnsMax = 50

function requireDrillDown({ permissions }: Scope): void {
  if (!permissions.drillDown) throw new TesseraError('FORBIDDEN', { expected: 'a token with drill-down' })
}

export type InTurn = <Result>(run: () => Promise<Result>) => Promise<Result>

export function createAnalytics(scope: Scope, dependencies: AnalyticsDependencies): Analytics {
  const asking = askingOf(scope, dependencies.catalogue, dependencies.now)
  let asked = 0

  /** Before anything of a question is looked at: one question is one, however many statements it takes. */
  function count(): void {
    asked += 1
    if (asked <= dependencies.questionsPerRequest) return
    const expected = `at most ${dependencies.questionsPerRequest} questions in one request`
    throw new TesseraError('QUERY_TOO_LARGE', { expected })
  }

  async function answer<Answer extends { readonly stats: Stats }>(plan: Plan<Answer>): Promise<Answer> {
    const read = plan.read(await run(plan))
    if (dependencies.tellsCost) return read
    return { ...read, stats: { ...read.stats, rowsRead: 0, bytesRead: 0 } }
  }

  function run({ dataset, select }: Plan<unknown>): Promise<Rows> {
    const warehouse = dependencies.warehouses.get(dataset.dataSource)
    if (warehouse === undefined) throw new TesseraError('WAREHOUSE_UNAVAILABLE')
    return dependencies.inTurn(() => ask(warehouse, scope, select, dependencies))
  }

  function inAnyRange(dataset: Dataset, rowset: Rowset): Rowset {
    if (rowset.range !== null || dataset.timeDimension === null) return rowset
    return { ...rowset, range: extentOf(asking, dataset, null, rowset.zone) }
  }

  /** Buckets need a range; where none was asked for, it is that of the rows themselves. */
  async function bounded(dataset: Dataset, rowset: Rowset): Promise<Rowset> {
    if (rowset.range !== null) return rowset
    const plan = planExtent(asking, rowset)
    return { ...rowset, range: extentOf(asking, dataset, plan.read(await run(plan)), rowset.zone) }
  }

  return Object.freeze({
    counter: async (input: CounterInput) => {
      count()
      return answer(planCounter(asking, input))
    },
    leaderboard: async (input: LeaderboardInput) => {
      count()
      return answer(planLeaderboard(asking, input))
    },
    histogram: async (input: HistogramInput) => {
      count()
      return askHistogram(asking, input, answer)
    },
    funnel: async (input: FunnelInput) => {
      count()
      return answer(planFunnel(asking, input))
    },
    retention: async (input: RetentionInput) => {
      count()
      const dataset = requireDataset(asking.visible, input.dataset, 'input.dataset')
      const plain = parseRowset(asking, dataset, input)
      planRetention(asking, input, inAnyRange(dataset, plain))
      return answer(planRetention(asking, input, await bounded(dataset, plain)))
    },
    topValues: async (input: TopValuesInput) => {
      count()
      return answer(planTopValues(asking, input))
    },
    records: async (input: RecordsInput, page: PageInput) => {
      count()
      requireDrillDown(scope)
      return answer(planRecords(asking, input, page))
    },
    recordsBehind: async ({ metrics, ...input }: BehindInput, page: PageInput) => {
      count()
      requireDrillDown(scope)
      const { dataset, metrics: named } = parseMetrics(asking, metrics, 'input.metrics')
      const [only = null] = named.length === 1 ? named : []
      const columns = asking.visible
        .dimensions(dataset)
        .slice(0, columnsMax)
        .map(({ name }) => name)
      return answer(planRecords(asking, { ...input, dataset: dataset.name, columns }, page, only))
    },
    timeSeries: async (input: TimeSeriesInput) => {
      count()
      const { dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
      const plain = parseRowset(asking, dataset, input)
      // All of the question is checked before anything is read for it.
      planTimeSeries(asking, input, inAnyRange(dataset, plain))
      return answer(planTimeSeries(asking, input, await bounded(dataset, plain)))
    },
    table: async (input: TableInput) => {
      count()
      const { dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
      const plain = parseRowset(asking, dataset, input)
      const hasTime = input.granularity != null
      planTable(asking, parseTable(asking, input, hasTime ? inAnyRange(dataset, plain) : plain), null)
      return askTable(asking, input, hasTime ? await bounded(dataset, plain) : plain, answer)
    },
  })
}
