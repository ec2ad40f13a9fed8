import type { RetentionInput } from '../../catalogue/inputs.ts'
import { badInput, TesseraError } from '../../errors.ts'
import {
  allOf,
  always,
  type BucketIndex,
  negate,
  type OutputReference,
  type Predicate,
  type Select,
} from '../../warehouse/select.ts'
import type { Rows } from '../../warehouse/warehouse.ts'
import type { Cohort, RetentionAnswer } from '../answers.ts'
import { type Asking, type Plan, parseCount, type Rowset, rowsOf, timeColumn } from '../asking.ts'
import { columnAt, statsOf } from '../decode.ts'
import { selectFor, selectOver } from '../view.ts'
import {
  type Behaviour,
  checkTestCount,
  entityOutput,
  mayTellOrder,
  parseBehaviour,
  parseCondition,
  rowsOfAny,
  rowsOfEntities,
} from './behaviour.ts'
import { keyName } from './ranking.ts'
import { type TimeAxis, timeAxis } from './time-axis.ts'

const cohortsMax = 1_000
const cellsMax = 10_000

export interface RetentionQuestion {
  readonly behaviour: Behaviour
  readonly rowset: Rowset
  readonly axis: TimeAxis
  readonly buckets: BucketIndex
  readonly periods: number
  readonly start: Predicate
  readonly return: Predicate
  /** Whether the first period can be told: who came back in it after the start. */
  readonly tellsFirst: boolean
}

/**
 * @param rowset with a range
 * @throws BAD_USER_INPUT, DIMENSION_NOT_ALLOWED, GRANULARITY_NOT_ALLOWED, QUERY_TOO_LARGE
 */
export function parseRetention(asking: Asking, input: RetentionInput, rowset: Rowset): RetentionQuestion {
  const behaviour = parseBehaviour(asking, input)
  const { dataset } = behaviour
  checkTestCount([input.filters, input.start, input.return])
  const start = parseCondition(asking, dataset, input.start, 'input.start')
  const comesBack = parseCondition(asking, dataset, input.return, 'input.return')
  const periods = parseCount(input.periods, 8, { least: 1, most: 100 }, 'input.periods')
  if (input.granularity === 'AUTO') {
    throw badInput('input.granularity', 'a grain by its name: cohorts of another grain are other cohorts')
  }
  const axis = timeAxis(asking, rowset, input.granularity)
  checkSize(axis.buckets.length, periods)
  const { expression } = axis.output
  if (expression.kind !== 'bucket') throw new Error('A time axis has buckets.')
  return {
    behaviour,
    rowset,
    axis,
    buckets: expression.buckets,
    periods,
    start,
    return: comesBack,
    tellsFirst: comesBack === always || mayTellOrder(asking, dataset),
  }
}

function checkSize(cohorts: number, periods: number): void {
  if (cohorts > cohortsMax) {
    const expected = `a range and a grain with at most ${cohortsMax} cohorts; here are ${cohorts}`
    throw new TesseraError('QUERY_TOO_LARGE', { argument: 'input.granularity', expected })
  }
  if (cohorts * periods <= cellsMax) return
  throw new TesseraError('QUERY_TOO_LARGE', {
    argument: 'input.periods',
    expected: `at most ${Math.floor(cellsMax / cohorts)} periods for ${cohorts} cohorts`,
  })
}

/**
 * The entities of all cohorts, or of the one that starts with this bucket of the axis, each with its cohort and the
 * buckets in which it came back: `k0`, `cohort`, `returns`.
 */
export function entitiesInCohorts(
  asking: Asking,
  question: RetentionQuestion,
  only: number | null = null,
): Select {
  const { behaviour, rowset, buckets, start, return: comesBack } = question
  const time = timeColumn(behaviour.dataset)
  return selectFor(asking, behaviour.dataset, {
    outputs: [
      entityOutput(behaviour),
      { name: 'cohort', expression: { kind: 'first_bucket', time, buckets, where: start } },
      {
        name: 'returns',
        expression: { kind: 'buckets_since', time, buckets, since: start, where: comesBack },
      },
    ],
    where: allOf([rowsOf(rowset), rowsOfEntities(behaviour), rowsOfAny([start, comesBack])]),
    groupBy: [[keyName(0)]],
    having: only === null ? negate({ kind: 'is_null', of: cohort }) : isCohort(only),
    orderBy: [],
    limit: null,
    offset: 0,
  })
}

const cohort: OutputReference = { kind: 'output', name: 'cohort' }
const returns: OutputReference = { kind: 'output', name: 'returns' }

function isCohort(bucket: number): Predicate {
  return { kind: 'compare', operator: '=', of: cohort, value: { type: 'Int64', text: String(bucket) } }
}

export function planRetention(asking: Asking, input: RetentionInput, rowset: Rowset): Plan<RetentionAnswer> {
  const question = parseRetention(asking, input, rowset)
  const { axis, periods } = question
  return {
    dataset: question.behaviour.dataset,
    select: selectOver(entitiesInCohorts(asking, question), {
      outputs: [
        { name: 'start', expression: cohort },
        {
          name: 'period',
          expression: { kind: 'period', of: returns, from: cohort, buckets: axis.buckets, count: periods },
        },
        {
          name: 'n',
          expression: { kind: 'aggregate', function: 'count', of: null, level: null, where: always },
        },
      ],
      where: always,
      groupBy: [['start', 'period']],
      having: always,
      orderBy: [],
      limit: null,
      offset: 0,
    }),
    read: (rows) => ({
      kind: 'retention',
      granularity: axis.grain,
      cohorts: readCohorts(rows, question, asking.now),
      range: axis.range,
      stats: statsOf(rows, asking.now),
    }),
  }
}

function readCohorts(
  rows: Rows,
  { axis, periods, tellsFirst }: RetentionQuestion,
  now: number,
): readonly Cohort[] {
  const { buckets, label } = axis
  const [periodOf, counts] = [columnAt(rows, 1), columnAt(rows, 2)]
  const counted = new Map(
    columnAt(rows, 0).map((start, row) => [`${Number(start)} ${Number(periodOf[row])}`, Number(counts[row])]),
  )
  const labels = buckets.map(label)
  const hasBegun = labels.map((text) => Date.parse(text) * 1000 <= now)
  return buckets.map((bucket, index) => ({
    start: labels[index] ?? '',
    size: counted.get(`${bucket} -1`) ?? 0,
    returned: Array.from({ length: periods }, (_, period) => {
      if (hasBegun[index + period] !== true) return null
      if (period === 0 && !tellsFirst) return null
      return counted.get(`${bucket} ${period}`) ?? 0
    }),
  }))
}
