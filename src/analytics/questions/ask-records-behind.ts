import type { Dataset, WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { Granularity, PageInput, PointInput, RecordsInput } from '../../catalogue/inputs.ts'
import { badInput } from '../../errors.ts'
import type { RecordsAnswer } from '../answers.ts'
import type { Asker } from '../asker.ts'
import { type Asking, parseMetrics, parseRowset, type Rowset } from '../asking.ts'
import { granularityFor } from '../lead.ts'
import { inOneGrain, inOneRange } from '../several/axis.ts'
import { partsOf, requireConformed } from '../several/parts.ts'
import { requireDataset } from '../visible.ts'
import { answeredMetrics, namedDataset } from '../widget-question.ts'
import { hasBuckets, rowsOfPoint, withoutBucket } from './point.ts'
import { type Behind, planRecords } from './records.ts'

/** The rows behind a stored question or one point of it. */
export interface BehindInput {
  readonly question: WidgetQuestion
  readonly at?: PointInput | null | undefined
  /** By default every one that may be named. */
  readonly columns?: readonly string[] | null | undefined
  readonly orderBy?: RecordsInput['orderBy']
}

/** Of records. */
const columnsMax = 50

export async function askRecordsBehind(
  asker: Asker,
  asked: BehindInput,
  page: PageInput,
): Promise<RecordsAnswer> {
  const { asking, answer } = asker
  // Where the range is that of the rows, a cursor can only be read with it.
  const check = (input: RecordsInput, behind: Behind) =>
    planRecords(asking, input, { first: page.first }, behind)
  const { input, behind } = await findRecordsBehind(asker, asked, check)
  return answer(planRecords(asking, input, page, behind))
}

export interface RecordsBehind {
  readonly input: RecordsInput
  readonly behind: Behind
}

/**
 * Which rows are behind a stored question or one point of it.
 * @param check called with what can be checked before anything is read for it
 */
export async function findRecordsBehind(
  asker: Asker,
  { question: asked, at, columns, orderBy }: BehindInput,
  check: (input: RecordsInput, behind: Behind) => unknown,
): Promise<RecordsBehind> {
  const { asking, bounded, inAnyRange } = asker
  const { question, rowset: found } = await ofOneDataset(asker, asked, at ?? {})
  const dataset = datasetBehind(asking, question)
  const { timeRange, timeZone, filters } = question.input
  const names = asking.visible.dimensions(dataset).map(({ name }) => name)
  const input = {
    dataset: dataset.name,
    columns: columns ?? names.slice(0, columnsMax),
    orderBy,
    timeRange,
    timeZone,
    filters,
  }
  const plain = found ?? parseRowset(asking, dataset, input)
  const behindAt = (rowset: Rowset, point: PointInput): Behind => {
    const { rows, bucket } = rowsOfPoint(asking, question, rowset, point)
    // Pages of one bucket go on in no other, whatever grain new rows would lead to.
    return { rows, key: JSON.stringify([asked, at, bucket?.start, bucket?.stop]) }
  }
  if (!hasBuckets(question)) return { input, behind: behindAt(plain, at ?? {}) }
  const anywhere = plain.range === null ? withoutBucket(at, dataset) : (at ?? {})
  check(input, behindAt(inAnyRange(plain), anywhere))
  return { input, behind: behindAt(await bounded(plain), at ?? {}) }
}

function datasetBehind(asking: Asking, question: WidgetQuestion): Dataset {
  const named = namedDataset(question)
  if (named !== null) return requireDataset(asking.visible, named, 'input.dataset')
  return parseMetrics(asking, answeredMetrics(question), 'input.metrics').dataset
}

/** A question of one dataset, with the rows that it is about where they were found already. */
interface Narrowed {
  readonly question: WidgetQuestion
  readonly rowset: Rowset | null
}

/**
 * Of metrics of several datasets, those of the one that the point's metric is of, over the range and in the grain of
 * all of them.
 * @throws BAD_USER_INPUT where the point does not say
 */
async function ofOneDataset(asker: Asker, question: WidgetQuestion, at: PointInput): Promise<Narrowed> {
  const { asking, bounded } = asker
  if (question.kind !== 'timeSeries' && question.kind !== 'table') return { question, rowset: null }
  const { input } = question
  const parts = partsOf(asking, input.metrics, 'input.metrics')
  if (parts.length === 1) return { question, rowset: null }
  const named = parts.findIndex(({ metrics }) => metrics.some(({ name }) => name === at.metric))
  const part = parts[named]
  if (part === undefined) throw badInput('input.at.metric', 'a metric of the widget', input.metrics)
  // Which groups stand alone is told by the first dataset, and another one has no such list.
  if (at.others === true && named > 0) {
    throw badInput('input.at.others', `a metric of ${parts[0]?.dataset.name}, whose groups stand alone`)
  }
  requireConformed(asking, parts, { names: [], argument: 'input.filters', filters: input.filters })
  const metrics = part.metrics.map(({ name }) => name)
  if (!hasBuckets(question)) return { question: withMetrics(question, { metrics }), rowset: null }
  const plain = parts.map(({ dataset }) => parseRowset(asking, dataset, input))
  const rowsets = inOneRange(await Promise.all(plain.map(bounded)))
  const all = parts.flatMap((each) => each.metrics)
  const granularity = inOneGrain(asking, rowsets, granularityFor(all, input.granularity ?? 'AUTO'))
  return { question: withMetrics(question, { metrics, granularity }), rowset: rowsets[named] ?? null }
}

function withMetrics(
  question: Extract<WidgetQuestion, { kind: 'timeSeries' | 'table' }>,
  changes: { readonly metrics: readonly string[]; readonly granularity?: Granularity },
): WidgetQuestion {
  return question.kind === 'table'
    ? { kind: 'table', input: { ...question.input, ...changes } }
    : { kind: 'timeSeries', input: { ...question.input, ...changes } }
}
