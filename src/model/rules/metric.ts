import { secondsOfUnit } from '../../charts/format/amount.ts'
import type { DatasetDefinition, MetricDefinition } from '../document.ts'
import { dividesByZero, FormulaProblem, mentionsIn, parseFormula } from '../formula.ts'
import { metricForms } from '../metric-document.ts'
import type { Path } from '../problem.ts'
import { checkFilters } from './filter.ts'
import { dimensionNames, type Rules } from './lookup.ts'
import { checkOperand, checkWindow, formulaOrProblem, metricNamed, namesOrProblem } from './window-metric.ts'

/** Names of metrics are known in the whole environment; a metric and a dimension of one table are both its columns. */
export function checkMetricNames(rules: Rules): void {
  const owners = new Map<string, string>()
  for (const [place, dataset] of rules.document.datasets.entries()) {
    for (const [index, { name }] of (dataset.metrics ?? []).entries()) {
      const path = ['datasets', place, 'metrics', index, 'name']
      const owner = owners.get(name)
      if (owner !== undefined) rules.report(path, `a name that no other metric has; ${owner} has a ${name}`)
      else if (dimensionNames(dataset).includes(name)) {
        rules.report(path, `a name that no dimension of ${dataset.name} has`)
      }
      owners.set(name, dataset.name)
    }
  }
}

export function checkMetric(
  rules: Rules,
  dataset: DatasetDefinition,
  metric: MetricDefinition,
  path: Path,
): void {
  const forms = metricForms.filter((form) => metric[form] !== undefined)
  if (forms.length !== 1) rules.report(path, `exactly one of ${metricForms.join(', ')}`)
  if (metric.aggregate !== undefined) checkAggregate(rules, dataset, metric, path)
  else if (forms.length > 0) checkNoAggregateMembers(rules, metric, path)
  if (metric.ratio !== undefined) checkRatio(rules, dataset, metric, path)
  if (metric.formula !== undefined) checkFormula(rules, dataset, metric, path)
  checkWindow(rules, dataset, metric, path)
  checkFormat(rules, metric, path)
  checkFilters(rules, dataset, metric.filters, [...path, 'filters'])
}

function checkAggregate(
  rules: Rules,
  dataset: DatasetDefinition,
  { aggregate, column, level, approximate }: MetricDefinition,
  path: Path,
): void {
  if (aggregate !== 'count' && column === undefined) rules.report(path, `a column for ${aggregate}`)
  if (aggregate === 'quantile' && level === undefined) rules.report(path, 'a level from 0 to 1 for quantile')
  if (aggregate !== 'quantile' && level !== undefined) {
    rules.report([...path, 'level'], `a level with quantile alone, not with ${aggregate}`)
  }
  if (approximate === true && aggregate !== 'quantile' && aggregate !== 'count_distinct') {
    rules.report([...path, 'approximate'], `count_distinct or quantile; ${aggregate} is always exact`)
  }
  if ((aggregate === 'first' || aggregate === 'last') && dataset.timeDimension === undefined) {
    rules.report(path, `a dataset with a timeDimension, which says what is ${aggregate}`)
  }
}

function checkNoAggregateMembers(rules: Rules, metric: MetricDefinition, path: Path): void {
  for (const member of ['column', 'level', 'approximate', 'filters'] as const) {
    if (metric[member] !== undefined) {
      rules.report([...path, member], `no ${member} with a metric made of others, which have their own`)
    }
  }
}

function checkRatio(rules: Rules, dataset: DatasetDefinition, metric: MetricDefinition, path: Path): void {
  const metrics = dataset.metrics ?? []
  const known = metrics.filter(({ aggregate }) => aggregate !== undefined).map(({ name }) => name)
  for (const [index, name] of (metric.ratio ?? []).entries()) {
    const at = [...path, 'ratio', index]
    const other = metrics.find((candidate) => candidate.name === name)
    if (other !== undefined && other.aggregate === undefined) {
      rules.report(at, `a metric with an aggregate, unlike ${name}; a formula can divide any two`)
    } else {
      rules.known(`a metric of the dataset ${dataset.name}`, name, known, at)
    }
  }
}

function checkFormula(rules: Rules, dataset: DatasetDefinition, metric: MetricDefinition, path: Path): void {
  const at = [...path, 'formula']
  const names = namesOrProblem(metric)
  if (names instanceof FormulaProblem) {
    rules.report(at, names.message)
    return
  }
  if (names.length === 0) rules.report(at, 'at least one metric')
  if (dividesByZero(parseFormula(metric.formula ?? ''))) rules.report(at, 'no division by 0')
  for (const name of names) checkOperand(rules, dataset, name, at)
  if (leadsBackTo(metric.name, dataset, metric, new Set())) {
    rules.report(at, `a formula that does not lead back to ${metric.name}`)
  } else if (partCount(dataset, metric.name, new Map()) > maxParts) {
    rules.report(at, `at most ${maxParts} metrics, those of the formulas that it names counted again`)
  }
}

/** Of a formula with the formulas of its metrics put in. */
const maxParts = 200

function partCount(dataset: DatasetDefinition, name: string, known: Map<string, number>): number {
  const counted = known.get(name)
  if (counted !== undefined) return counted
  known.set(name, 1)
  const metric = metricNamed(dataset, name)
  const formula = metric?.formula === undefined ? null : formulaOrProblem(metric)
  if (formula === null || formula instanceof FormulaProblem) return 1
  const count = mentionsIn(formula).reduce((sum, part) => sum + partCount(dataset, part, known), 0)
  known.set(name, count)
  return count
}

function leadsBackTo(
  name: string,
  dataset: DatasetDefinition,
  metric: MetricDefinition,
  seen: Set<string>,
): boolean {
  const parts = metric.formula === undefined ? [] : namesOrProblem(metric)
  if (parts instanceof FormulaProblem) return false
  return parts.some((part) => {
    if (part === name) return true
    if (seen.has(part)) return false
    seen.add(part)
    const other = metricNamed(dataset, part)
    return other !== undefined && leadsBackTo(name, dataset, other, seen)
  })
}

function checkFormat(rules: Rules, { format, unit }: MetricDefinition, path: Path): void {
  if (format === undefined) return
  const style = typeof format === 'string' ? format : format.style
  const currency = typeof format === 'string' ? undefined : format.currency
  if (style === 'duration' && unit !== undefined) {
    const units = Object.keys(secondsOfUnit)
    rules.known(`a unit of a duration (${units.join(', ')})`, unit, units, [...path, 'unit'])
  }
  if (style === 'currency' && currency === undefined) {
    rules.report([...path, 'format'], 'an object with the currency: { style: currency, currency: EUR }')
  }
  if (style !== 'currency' && currency !== undefined) {
    rules.report(
      [...path, 'format', 'currency'],
      `a currency with the style currency alone, not with ${style}`,
    )
  }
}
