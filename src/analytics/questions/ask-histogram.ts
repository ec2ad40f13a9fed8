import type { HistogramInput } from '../../catalogue/inputs.ts'
import type { HistogramAnswer } from '../answers.ts'
import { type Asker, together } from '../asker.ts'
import { parseHistogram, planEnds, planHistogram } from './histogram.ts'

/** Two statements: how far the values go, and how many there are in each bin. */
export async function askHistogram(
  { asking, answer }: Asker,
  input: HistogramInput,
): Promise<HistogramAnswer> {
  const question = parseHistogram(asking, input)
  const { ends, stats: before } = await answer(planEnds(asking, question))
  if (ends === null) {
    const { dimension, rowset } = question
    return { kind: 'histogram', dimension, bins: [], range: rowset.range, stats: before }
  }
  const histogram = await answer(planHistogram(asking, question, ends))
  return { ...histogram, stats: together([before, histogram.stats]) }
}
