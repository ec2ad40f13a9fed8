import type { WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { PageInput, PointInput, RecordsInput } from '../../catalogue/inputs.ts'
import { badInput, TesseraError } from '../../errors.ts'
import type { RecordsAnswer } from '../answers.ts'
import type { Asker } from '../asker.ts'
import { type Asking, parseMetrics, parseRowset, type Rowset } from '../asking.ts'
import { partsOf } from '../several/parts.ts'
import { answeredMetrics, namedDataset } from '../widget-question.ts'
import { hasBuckets, rowsOfPoint, withoutBucket } from './point.ts'
import { planRecords } from './records.ts'

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
  { asking, answer, bounded, inAnyRange }: Asker,
  { question: asked, at, columns, orderBy }: BehindInput,
  page: PageInput,
): Promise<RecordsAnswer> {
  if (namedDataset(asked) !== null) {
    const expected = `a widget whose figures are metrics, unlike a ${asked.kind}`
    throw new TesseraError('NOT_SUPPORTED', { expected })
  }
  const question = ofOneDataset(asking, asked, at ?? {})
  const { dataset } = parseMetrics(asking, answeredMetrics(question), 'input.metrics')
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
  const plain = parseRowset(asking, dataset, input)
  const plan = (rowset: Rowset, point: PointInput) => {
    const rows = rowsOfPoint(asking, question, rowset, point)
    return planRecords(asking, input, page, { rows, key: JSON.stringify([question, at]) })
  }
  if (!hasBuckets(question)) return answer(plan(plain, at ?? {}))
  plan(inAnyRange(plain), plain.range === null ? withoutBucket(at, dataset) : (at ?? {}))
  return answer(plan(await bounded(plain), at ?? {}))
}

/**
 * Of metrics of several datasets, those of the one that the point's metric is of.
 * @throws BAD_USER_INPUT where the point does not say
 */
function ofOneDataset(asking: Asking, question: WidgetQuestion, at: PointInput): WidgetQuestion {
  if (question.kind !== 'timeSeries' && question.kind !== 'table') return question
  const parts = partsOf(asking, question.input.metrics, 'input.metrics')
  if (parts.length === 1) return question
  const named = parts.findIndex(({ metrics }) => metrics.some(({ name }) => name === at.metric))
  const part = parts[named]
  if (part === undefined) throw badInput('input.at.metric', 'a metric of the widget', question.input.metrics)
  // Which groups stand alone is told by the first dataset, and another one has no such list.
  if (at.others === true && named > 0) {
    throw badInput('input.at.others', `a metric of ${parts[0]?.dataset.name}, whose groups stand alone`)
  }
  const metrics = part.metrics.map(({ name }) => name)
  return question.kind === 'table'
    ? { kind: 'table', input: { ...question.input, metrics } }
    : { kind: 'timeSeries', input: { ...question.input, metrics } }
}
