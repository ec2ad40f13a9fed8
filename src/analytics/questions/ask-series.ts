import type { TimeSeriesInput } from '../../catalogue/inputs.ts'
import type { TimeSeriesAnswer } from '../answers.ts'
import type { Asker } from '../asker.ts'
import { parseMetrics, parseRowset } from '../asking.ts'
import { planTimeSeries } from './time-series.ts'

/** A series of one dataset: one statement, and one before it where the range is that of the rows. */
export async function askTimeSeries(asker: Asker, input: TimeSeriesInput): Promise<TimeSeriesAnswer> {
  const { asking, answer, bounded, inAnyRange } = asker
  const { dataset } = parseMetrics(asking, input.metrics, 'input.metrics')
  const plain = parseRowset(asking, dataset, input)
  // All of the question is checked before anything is read for it.
  planTimeSeries(asking, input, inAnyRange(plain))
  return answer(planTimeSeries(asking, input, await bounded(plain)))
}
