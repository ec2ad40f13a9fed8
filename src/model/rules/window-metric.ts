import type { DatasetDefinition, MetricDefinition } from '../document.ts'
import { addsUp, FormulaProblem, namesIn, parseFormula, type WrittenFormula } from '../formula.ts'
import type { Path } from '../problem.ts'
import type { Rules } from './lookup.ts'

export function metricNamed(dataset: DatasetDefinition, name: string): MetricDefinition | undefined {
  return dataset.metrics?.find((candidate) => candidate.name === name)
}

export function namesOrProblem(metric: MetricDefinition): readonly string[] | FormulaProblem {
  const formula = formulaOrProblem(metric)
  return formula instanceof FormulaProblem ? formula : namesIn(formula)
}

export function formulaOrProblem({ formula = '' }: MetricDefinition): WrittenFormula | FormulaProblem {
  try {
    return parseFormula(formula)
  } catch (error) {
    if (error instanceof FormulaProblem) return error
    throw error
  }
}

/** What another metric may be made of: one of the dataset whose figure needs no series. */
export function checkOperand(rules: Rules, dataset: DatasetDefinition, name: string, path: Path): void {
  const metrics = dataset.metrics ?? []
  const isWindow = ({ cumulative, rolling, movingAverage }: MetricDefinition) =>
    (cumulative ?? rolling ?? movingAverage) !== undefined
  const other = metrics.find((candidate) => candidate.name === name)
  if (other !== undefined && isWindow(other)) {
    rules.report(path, `a metric with a figure outside of a series, unlike ${name}`)
    return
  }
  const known = metrics.filter((candidate) => !isWindow(candidate)).map((candidate) => candidate.name)
  rules.known(`a metric of the dataset ${dataset.name}`, name, known, path)
}

export function checkWindow(
  rules: Rules,
  dataset: DatasetDefinition,
  metric: MetricDefinition,
  path: Path,
): void {
  const { cumulative, rolling, movingAverage } = metric
  const places = [
    { name: cumulative, at: [...path, 'cumulative'] },
    { name: rolling?.metric, at: [...path, 'rolling', 'metric'] },
    { name: movingAverage?.metric, at: [...path, 'movingAverage', 'metric'] },
  ]
  for (const { name, at } of places) {
    if (name === undefined) continue
    checkOperand(rules, dataset, name, at)
    const lacking = undividable(dataset, name, new Set())
    if (lacking !== null) {
      rules.report(at, `a metric of counts, sums, averages, least and greatest values, because ${lacking}`)
    }
    if (dataset.timeDimension === undefined) rules.report(path, 'a dataset with a timeDimension')
  }
  const averaged = movingAverage?.metric
  if (averaged !== undefined && !isAdditive(dataset, averaged, new Set())) {
    const expected = `a metric that adds up, unlike ${averaged}, of which rolling gives the figure over the rows of all these buckets`
    rules.report([...path, 'movingAverage', 'metric'], expected)
  }
}

/** Why the figure over several buckets can't be had from theirs; null where it can. */
function undividable(dataset: DatasetDefinition, name: string, seen: Set<string>): string | null {
  const metric = metricNamed(dataset, name)
  if (metric === undefined || seen.has(name)) return null
  seen.add(name)
  const { aggregate, ratio, formula } = metric
  if (aggregate !== undefined) {
    const isWhole = !['count', 'sum', 'avg', 'min', 'max'].includes(aggregate)
    return isWhole ? `the ${aggregate} of several buckets cannot be had from theirs (${name})` : null
  }
  const parts = ratio ?? (formula === undefined ? [] : namesOrProblem(metric))
  if (parts instanceof FormulaProblem) return null
  return parts.map((part) => undividable(dataset, part, seen)).find((reason) => reason !== null) ?? null
}

function isAdditive(dataset: DatasetDefinition, name: string, seen: ReadonlySet<string>): boolean {
  const metric = metricNamed(dataset, name)
  if (metric === undefined || seen.has(name)) return true
  if (metric.aggregate !== undefined) return metric.aggregate === 'count' || metric.aggregate === 'sum'
  const formula = formulaOrProblem(metric)
  if (metric.formula === undefined || formula instanceof FormulaProblem) return metric.formula !== undefined
  const known = new Map<string, boolean>()
  return addsUp(formula, (part) => {
    const found = known.get(part) ?? isAdditive(dataset, part, new Set([...seen, name]))
    known.set(part, found)
    return found
  })
}
