import type { Grain } from '../access/grants.ts'
import type { Comparison, TimeRangeInput } from '../catalogue/inputs.ts'
import { badInput } from '../errors.ts'
import { type AggregateExpression, allOf, always, anyOf, type Predicate } from '../warehouse/select.ts'
import { type Asking, type Rowset, within } from './asking.ts'
import { comparisonRange } from './time/comparison.ts'
import type { TimeRange } from './time/time-range.ts'
import { checkComparedWindow } from './time-grants.ts'

/** A question's own window and, where it compares, the one before. One statement reads the rows of both. */
export interface Windows {
  /** The rows of either. */
  readonly where: Predicate
  /** Of those, the rows of the question's own window; always true without a comparison. */
  readonly current: Predicate
  readonly compared: { readonly range: TimeRange; readonly rows: Predicate } | null
}

/** How many rows of a window there are: a bucket on the border of two windows holds rows of either. */
export function rowsWithin(window: Predicate): AggregateExpression {
  return { kind: 'aggregate', function: 'count', of: null, level: null, where: window }
}

interface Compared {
  readonly timeRange?: TimeRangeInput | null | undefined
  readonly compareTo?: Comparison | null | undefined
}

/**
 * The compared window is held to the same grants of time as the question's own.
 * @throws BAD_USER_INPUT without a range, and what the grants of time refuse
 */
export function windowsOf(asking: Asking, rowset: Rowset, input: Compared, grain?: Grain): Windows {
  const { range, filters, dataset } = rowset
  const comparison = input.compareTo ?? null
  if (range === null) {
    if (comparison === null) return { where: filters, current: always, compared: null }
    throw badInput('input.compareTo', 'a time range, without which there is nothing before it')
  }
  const current = within(dataset, range)
  if (comparison === null) return { where: allOf([current, filters]), current: always, compared: null }
  const before = comparisonRange(range, input.timeRange, {
    comparison,
    now: asking.now,
    grain,
    finest: asking.scope.permissions.minGranularity,
  })
  checkComparedWindow({ permissions: asking.scope.permissions, now: asking.now }, before)
  const rows = within(dataset, before)
  return {
    where: allOf([anyOf([current, rows]), filters]),
    current,
    compared: { range: before, rows },
  }
}
