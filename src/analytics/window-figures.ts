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
  return Array.from({ length }, (_, bucket) => {
    const stop = lead + bucket + 1
    const start = stop - window.count
    if (start < 0) return null
    return together(
      part,
      Array.from({ length: window.count }, (_unused, index) => points[start + index]),
    )
  })
}

function together({ aggregate }: Part, figures: readonly (Figure | undefined)[]): Figure {
  if (aggregate === 'count' || aggregate === 'sum') return addExact(figures)
  const sign = aggregate === 'min' ? 1 : -1
  return figures.reduce<Figure>((least, figure) => {
    if (figure === undefined || figure.value === null) return least
    return least.value === null || compareExact(figure, least) * sign < 0 ? figure : least
  }, noFigure)
}
