import type { AggregateMetric, Formula, RowMetric } from '../catalogue/metric.ts'
import type { Figure } from './answers.ts'
import { noFigure, zero } from './decode.ts'
import { addExact, negated, timesExact } from './exact.ts'
import { plainDecimal } from './literal.ts'

/** The figure of a metric from those of its aggregates, as an engine would compute it from the rows. */
export function evaluate(metric: RowMetric, figureOf: (aggregate: AggregateMetric) => Figure): Figure {
  switch (metric.kind) {
    case 'aggregate':
      return figureOf(metric)
    case 'ratio':
      return quotient(figureOf(metric.numerator), figureOf(metric.denominator))
    case 'derived':
      return evaluateFormula(metric.formula, figureOf)
  }
}

function evaluateFormula(formula: Formula, figureOf: (aggregate: AggregateMetric) => Figure): Figure {
  switch (formula.kind) {
    case 'number':
      return figureFrom(formula.value)
    case 'metric':
      return evaluate(formula.metric, figureOf)
    case 'negative':
      return negated(evaluateFormula(formula.of, figureOf))
    case 'operation': {
      const left = evaluateFormula(formula.left, figureOf)
      const right = evaluateFormula(formula.right, figureOf)
      if (formula.operator === '/') return quotient(left, right)
      if (left.value === null || right.value === null) return noFigure
      if (formula.operator === '*') {
        if (formula.right.kind === 'number') return timesExact(left, right.value)
        return formula.left.kind === 'number'
          ? timesExact(right, left.value)
          : figureFrom(left.value * right.value)
      }
      return addExact([left, formula.operator === '+' ? right : negated(right)])
    }
  }
}

/** The figure of a metric over no rows at all. */
export function figureOfNothing(metric: RowMetric): Figure {
  return evaluate(metric, ({ aggregate }) => (countsFromZero.has(aggregate) ? zero : noFigure))
}

/** Counts and sums of no rows are 0; an average of no rows is none. */
const countsFromZero = new Set<AggregateMetric['aggregate']>(['count', 'sum', 'count_distinct'])

export function quotient(left: Figure, right: Figure): Figure {
  if (left.value === null || right.value === null || right.value === 0) return noFigure
  return figureFrom(left.value / right.value)
}

function figureFrom(value: number): Figure {
  return Number.isFinite(value) ? { value, exact: plainDecimal(value) } : noFigure
}
