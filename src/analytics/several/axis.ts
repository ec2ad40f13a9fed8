import { granularities } from '../../access/grants.ts'
import type { Granularity } from '../../catalogue/inputs.ts'
import { type Asking, type Rowset, timeDimensionOf } from '../asking.ts'
import { grainOf } from '../questions/time-axis.ts'

/** Of datasets without a range asked for: from the first row of any to the last of any. */
export function inOneRange(rowsets: readonly Rowset[]): readonly Rowset[] {
  const ranges = rowsets.flatMap(({ range }) => (range === null ? [] : [range]))
  const start = Math.min(...ranges.map((range) => range.start))
  const stop = Math.max(...ranges.map((range) => range.stop))
  return rowsets.map((rowset) => ({ ...rowset, range: { start, stop, zone: rowset.zone } }))
}

/**
 * The grain for all of them: AUTO is the coarsest of those that each would take.
 * @throws GRANULARITY_NOT_ALLOWED, BAD_USER_INPUT
 */
export function inOneGrain(asking: Asking, rowsets: readonly Rowset[], asked: Granularity): Granularity {
  const grains = rowsets.map(({ dataset, range }): Granularity => {
    if (range === null) throw new Error('A grain needs a range.')
    return grainOf(asking, timeDimensionOf(dataset, 'input.granularity'), range, asked)
  })
  return granularities.findLast((grain) => grains.includes(grain)) ?? asked
}
