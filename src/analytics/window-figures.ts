import type { AggregateMetric, WindowMetric } from '../catalogue/metric.ts'
import { aggregatesOf } from '../catalogue/metric.ts'
import type { Figure } from './answers.ts'
import { noFigure } from './decode.ts'
import { addExact, compareExact } from './exact.ts'
import { evaluate, quotient } from './formula.ts'

/** A figure of each bucket from which those of several buckets can be had. */
export type Part = AggregateMetric

/** What the engine is asked for, each once; an average is a sum and a count until the last step. */
export function partsOf({ of }: WindowMetric): readonly Part[] {
  const parts = aggregatesOf(of).flatMap((aggregate): readonly Part[] =>
    aggregate.aggregate === 'avg'
      ? [
          { ...aggregate, aggregate: 'sum' },
          { ...aggregate, aggregate: 'count' },
        ]
      : [aggregate],
  )
  return [...new Map(parts.map((part) => [keyOf(part), part])).values()]
}

function keyOf({ name, aggregate }: Part): string {
  return `${name} ${aggregate}`
}

/**
 * The figure at each bucket of a range.
 * @param points of each part, one for each bucket of the lead and then of the range; undefined without rows
 * @param lead how many buckets before the range were read. Where a window starts before them its figure is unknown.
 */
export function windowFigures(
  metric: WindowMetric,
  points: readonly (readonly (Figure | undefined)[])[],
  { lead, length }: { readonly lead: number; readonly length: number },
): readonly Figure[] {
  const parts = partsOf(metric)
  const spans = parts.map((part, index) => spansOf(metric, part, points[index] ?? [], { lead, length }))
  return Array.from({ length }, (_, bucket) => {
    const known = new Map(parts.map((part, index) => [keyOf(part), spans[index]?.[bucket] ?? null]))
    return [...known.values()].includes(null)
      ? noFigure
      : figureFrom(metric, (part) => known.get(keyOf(part)) ?? noFigure)
  })
}

function figureFrom({ of, window }: WindowMetric, partNamed: (part: Part) => Figure): Figure {
  const figure = evaluate(of, (aggregate) =>
    aggregate.aggregate === 'avg'
      ? quotient(
          partNamed({ ...aggregate, aggregate: 'sum' }),
          partNamed({ ...aggregate, aggregate: 'count' }),
        )
      : partNamed(aggregate),
  )
  return window.kind === 'moving_average' ? quotient(figure, { value: window.count, exact: null }) : figure
}

/** Of one part over the window that ends with each bucket; null where the window is not known whole. */
function spansOf(
  { window }: WindowMetric,
  part: Part,
  points: readonly (Figure | undefined)[],
  { lead, length }: { readonly lead: number; readonly length: number },
): readonly (Figure | null)[] {
  if (window.kind === 'cumulative') {
    let sum: Figure | undefined
    return Array.from({ length }, (_, bucket) => {
      sum = together(part, [sum, points[lead + bucket]])
      return sum
    })
  }
  return trailing(part, points.slice(0, lead + length), window.count, lead, length)
}

/**
 * Two stacks make a queue of which the whole is known at each step, so that a bucket costs a few additions however long
 * the window is; nothing is subtracted, since doubles would not come back to what they were.
 */
function trailing(
  part: Part,
  points: readonly (Figure | undefined)[],
  count: number,
  lead: number,
  length: number,
): readonly (Figure | null)[] {
  const spans: (Figure | null)[] = []
  // Of the buckets from each to the end of the block that it is in, and of those since.
  let leaving: Figure[] = []
  let entered: Figure | undefined
  let blockEnd = 0
  for (let stop = 1; stop <= lead + length; stop++) {
    const start = stop - count
    entered = together(part, [entered, points[stop - 1]])
    if (start >= blockEnd) {
      leaving = suffixes(part, points, start, stop)
      blockEnd = stop
      entered = undefined
    }
    if (stop <= lead) continue
    const first = start < 0 ? null : together(part, [leaving[leaving.length - (blockEnd - start)], entered])
    spans.push(first)
  }
  return spans
}

/** Of the points from each place to the last before `stop`. */
function suffixes(
  part: Part,
  points: readonly (Figure | undefined)[],
  start: number,
  stop: number,
): Figure[] {
  const found: Figure[] = []
  let whole: Figure | undefined
  for (let place = stop - 1; place >= Math.max(start, 0); place--) {
    whole = together(part, [points[place], whole])
    found.push(whole)
  }
  return found.reverse()
}

function together({ aggregate }: Part, figures: readonly (Figure | undefined)[]): Figure {
  if (aggregate === 'count' || aggregate === 'sum') return addExact(figures)
  const sign = aggregate === 'min' ? 1 : -1
  return figures.reduce<Figure>((least, figure) => {
    if (figure === undefined || figure.value === null) return least
    return least.value === null || compareExact(figure, least) * sign < 0 ? figure : least
  }, noFigure)
}
