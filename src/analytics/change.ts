import type { Figure } from './answers.ts'
import { addExact, negated } from './exact.ts'

/** How much a figure has grown; null where either is none. */
export function changeOf(current: Figure, before: Figure): number | null {
  if (current.value === null || before.value === null) return null
  return addExact([current, negated(before)]).value
}

/** The change as a share of the size of the earlier figure; null where that is 0. */
export function changeRatioOf(current: Figure, before: Figure): number | null {
  const change = changeOf(current, before)
  return change === null || before.value === null || before.value === 0
    ? null
    : change / Math.abs(before.value)
}
