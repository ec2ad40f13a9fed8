import type { Scope } from '../access/scope.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'
import type {
  BenchmarkInput,
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
import { ask, askBenchmark, askStream } from '../warehouse/ask.ts'
import { type Limits, streamLimits, streamRowsByDefault } from '../warehouse/limits.ts'
import { type Route, routeTo } from '../warehouse/routing.ts'
import type { Rows } from '../warehouse/warehouse.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import type {
  BenchmarkAnswer,
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
import type { Asker } from './asker.ts'
import { askingOf, type Plan, type Rowset } from './asking.ts'
import { askHistogram } from './questions/ask-histogram.ts'
import {
  askRecordsBehind,
  type BehindInput,
  findRecordsBehind,
  type RecordsBehind,
} from './questions/ask-records-behind.ts'
import { askRetention } from './questions/ask-retention.ts'
import { askTimeSeries } from './questions/ask-series.ts'
import { askTable } from './questions/ask-table.ts'
import { planBenchmark } from './questions/benchmark.ts'
import { planCounter } from './questions/counter.ts'
import { extentOf, planExtent } from './questions/extent.ts'
import { planFunnel } from './questions/funnel.ts'
import { planLeaderboard } from './questions/leaderboard.ts'
import { planRecordStream, type RecordStream, type RecordStreamPlan } from './questions/record-stream.ts'
import { planRecords } from './questions/records.ts'
import { planTopValues } from './questions/top-values.ts'
import { partsOf } from './several/parts.ts'
import { askSeveralSeries } from './several/series.ts'
import { askSeveralTables } from './several/table.ts'
import { type InTurn, streamInTurn } from './turns.ts'

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
  /** A figure of the tenant's own beside how those of the other tenants are spread. */
  benchmark(input: BenchmarkInput): Promise<BenchmarkAnswer>
  /** The rows that a figure of a stored question is made from. */
  recordsBehind(behind: BehindInput, page: PageInput): Promise<RecordsAnswer>
  /** All rows of a question for records, for a file. */
  recordStream(input: RecordsInput): Promise<RecordStream>
  recordStreamBehind(behind: BehindInput): Promise<RecordStream>
}

export interface AnalyticsDependencies {
  readonly catalogue: Catalogue
  readonly warehouses: Warehouses
  readonly limits: Limits
  /** Of a statement whose rows are streamed; a million of them unless it is given. */
  readonly streamLimits?: Limits
  /** How many questions one request may ask; none where only what was asked before is told. */
  readonly questionsPerRequest: number
  /** Microseconds since 1970; one instant for the whole request, so that its widgets agree. */
  readonly now: number
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal | undefined
  /** Whether answers say what the engine read for them: it reads rows of others beside one's own. */
  readonly tellsCost: boolean
  /** Waits until the token may run one more statement. */
  readonly inTurn: InTurn
  /**
   * Pays for one question; none has a price unless it is given.
   * @throws RATE_LIMITED
   */
  readonly pay?: () => Promise<void>
  /** Is told of each question and of what its statements took. */
  readonly onUse?: (used: Used) => void
}

export interface Used {
  readonly questions?: number
  readonly rowsRead?: number
  readonly bytesRead?: number
  readonly durationMs?: number
}

function requireExport({ permissions }: Scope): void {
  if (!permissions.export) throw new TesseraError('FORBIDDEN', { expected: 'a token with export' })
}

function requireDrillDown({ permissions }: Scope): void {
  if (!permissions.drillDown) throw new TesseraError('FORBIDDEN', { expected: 'a token with drill-down' })
}

export function createAnalytics(scope: Scope, dependencies: AnalyticsDependencies): Analytics {
  const asking = askingOf(scope, dependencies.catalogue, dependencies.now)
  let asked = 0

  /** Before anything of a question is looked at: one question is one, however many statements it takes. */
  async function count(): Promise<void> {
    asked += 1
    if (asked <= dependencies.questionsPerRequest) {
      await dependencies.pay?.()
      dependencies.onUse?.({ questions: 1 })
      return
    }
    const most = dependencies.questionsPerRequest
    const expected =
      most === 0
        ? 'a request of its own: an event of a subscription asks nothing more'
        : `at most ${most} questions in one request`
    throw new TesseraError('QUERY_TOO_LARGE', { expected })
  }

  async function answer<Answer extends { readonly stats: Stats }>(plan: Plan<Answer>): Promise<Answer> {
    const read = plan.read(await run(plan))
    if (dependencies.tellsCost) return read
    return { ...read, stats: { ...read.stats, rowsRead: 0, bytesRead: 0 } }
  }

  function routeOf(dataset: Dataset): Route {
    return routeTo(dataset, scope, dependencies.warehouses)
  }

  async function run({ dataset, select }: Plan<unknown>): Promise<Rows> {
    const route = routeOf(dataset)
    return used(await dependencies.inTurn(() => ask(route, scope, select, dependencies)))
  }

  function used(rows: Rows): Rows {
    const { rowsRead, bytesRead, durationMs } = rows
    dependencies.onUse?.({ rowsRead, bytesRead, durationMs })
    return rows
  }

  function inAnyRange(rowset: Rowset): Rowset {
    const { dataset, zone, range } = rowset
    if (range !== null || dataset.timeDimension === null) return rowset
    return { ...rowset, range: extentOf(asking, dataset, null, zone) }
  }

  async function bounded(rowset: Rowset): Promise<Rowset> {
    if (rowset.range !== null) return rowset
    const plan = planExtent(asking, rowset)
    return { ...rowset, range: extentOf(asking, rowset.dataset, plan.read(await run(plan)), rowset.zone) }
  }

  function streamOf({ dataset, columns, zone, select, counted }: RecordStreamPlan): RecordStream {
    const limits = dependencies.streamLimits ?? streamLimits(streamRowsByDefault)
    return Object.freeze({
      dataset,
      columns,
      zone,
      count: async () => counted.read(await run(counted)),
      rows: (signal: AbortSignal) =>
        streamInTurn(dependencies.inTurn, signal, () =>
          askStream(routeOf(dataset), scope, select, { ...dependencies, limits, signal }),
        ),
    })
  }

  async function requireStream(): Promise<void> {
    await count()
    requireExport(scope)
    requireDrillDown(scope)
  }

  const asker: Asker = { asking, answer, bounded, inAnyRange }

  return Object.freeze({
    counter: async (input: CounterInput) => {
      await count()
      return answer(planCounter(asking, input))
    },
    leaderboard: async (input: LeaderboardInput) => {
      await count()
      return answer(planLeaderboard(asking, input))
    },
    histogram: async (input: HistogramInput) => {
      await count()
      return askHistogram(asker, input)
    },
    funnel: async (input: FunnelInput) => {
      await count()
      return answer(planFunnel(asking, input))
    },
    retention: async (input: RetentionInput) => {
      await count()
      return askRetention(asker, input)
    },
    topValues: async (input: TopValuesInput) => {
      await count()
      return answer(planTopValues(asking, input))
    },
    records: async (input: RecordsInput, page: PageInput) => {
      await count()
      requireDrillDown(scope)
      return answer(planRecords(asking, input, page))
    },
    recordsBehind: async (behind: BehindInput, page: PageInput) => {
      await count()
      requireDrillDown(scope)
      return askRecordsBehind(asker, behind, page)
    },
    recordStream: async (input: RecordsInput) => {
      await requireStream()
      return streamOf(planRecordStream(asking, input))
    },
    recordStreamBehind: async (asked: BehindInput) => {
      await requireStream()
      const plan = ({ input, behind }: RecordsBehind) => planRecordStream(asking, input, behind)
      return streamOf(plan(await findRecordsBehind(asker, asked, (input, behind) => plan({ input, behind }))))
    },
    benchmark: async (input: BenchmarkInput) => {
      await count()
      const { own, others, read } = planBenchmark(asking, input)
      const route = routeOf(own.dataset)
      const spread = dependencies.inTurn(() => askBenchmark(route, scope, others, dependencies)).then(used)
      return read(...(await Promise.all([answer(own), spread])))
    },
    timeSeries: async (input: TimeSeriesInput) => {
      await count()
      const parts = partsOf(asking, input.metrics, 'input.metrics')
      return parts.length === 1 ? askTimeSeries(asker, input) : askSeveralSeries(asker, input, parts)
    },
    table: async (input: TableInput) => {
      await count()
      const parts = partsOf(asking, input.metrics, 'input.metrics')
      return parts.length === 1 ? askTable(asker, input) : askSeveralTables(asker, input, parts)
    },
  })
}
