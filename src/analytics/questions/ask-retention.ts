import type { RetentionInput } from '../../catalogue/inputs.ts'
import type { RetentionAnswer } from '../answers.ts'
import type { Asker } from '../asker.ts'
import { parseRowset } from '../asking.ts'
import { parseBehaviour } from './behaviour.ts'
import { planRetention } from './retention.ts'

/** One statement, and one before it where the range is that of the rows. */
export async function askRetention(asker: Asker, input: RetentionInput): Promise<RetentionAnswer> {
  const { asking, answer, bounded, inAnyRange } = asker
  const { dataset } = parseBehaviour(asking, input)
  const plain = parseRowset(asking, dataset, input)
  // All of the question is checked before anything is read for it.
  planRetention(asking, input, inAnyRange(plain))
  return answer(planRetention(asking, input, await bounded(plain)))
}
