import {
  answeredMetrics,
  dimensionsOf,
  namedDataset,
  questionMetrics,
} from '../../analytics/widget-question.ts'
import type { WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { MetricFilterInput, TableInput } from '../../catalogue/inputs.ts'
import type { DatasetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { checkBehaviour } from './behaviour.ts'
import { checkFilters, checkValueCount } from './filter.ts'
import { checkOnce, knownDimension, type Rules } from './lookup.ts'

/** That a stored question names what there is in each of the datasets that its metrics are of. */
export function checkQuestion(rules: Rules, question: WidgetQuestion, path: Path): void {
  const datasets = checkDatasets(rules, question, path)
  for (const dataset of datasets) checkInDataset(rules, dataset, question, path)
  const [first, ...rest] = datasets
  if (first === undefined) return
  if (rest.length > 0) checkShared(rules, datasets, question, path)
  if (question.kind === 'table') checkOrder(rules, first, question.input, path)
  if (question.kind === 'leaderboard' || question.kind === 'table') {
    const own = (first.metrics ?? []).map(({ name }) => name)
    const tested = rest.length > 0 ? answeredMetrics(question) : own
    const what = rest.length > 0 ? 'a metric of the table' : `a metric of the dataset ${first.name}`
    checkHaving(rules, { what, names: tested }, question.input.having, [...path, 'having'])
  }
}

/** Over several datasets, only what they declare to mean the same can be named. */
function checkShared(
  rules: Rules,
  datasets: readonly DatasetDefinition[],
  question: WidgetQuestion,
  path: Path,
): void {
  const both = datasets.map(({ name }) => name).join(' and ')
  const isConformed = (name: string) =>
    datasets.every(({ dimensions = [] }) =>
      dimensions.some((found) => found.name === name && found.conformed),
    )
  const { kind, input } = question
  const keys =
    kind === 'timeSeries'
      ? { names: input.groupBy ?? [], at: [...path, 'groupBy'] }
      : { names: kind === 'table' ? input.dimensions : [], at: [...path, 'dimensions'] }
  for (const [index, name] of keys.names.entries()) {
    if (!isConformed(name)) rules.report([...keys.at, index], `a dimension that is conformed in ${both}`)
  }
  for (const [index, filter] of (input.filters ?? []).entries()) {
    if (dimensionsOf([filter]).every(isConformed)) continue
    rules.report([...path, 'filters', index], `dimensions that are conformed in ${both}`)
  }
  if (kind === 'table' && input.pivot !== undefined) {
    rules.report([...path, 'pivot'], `no pivot with metrics of ${both}`)
  }
}

function checkInDataset(
  rules: Rules,
  dataset: DatasetDefinition,
  question: WidgetQuestion,
  path: Path,
): void {
  checkTime(rules, dataset, question, path)
  checkFilters(rules, dataset, question.input.filters, [...path, 'filters'])
  if (question.kind === 'timeSeries') {
    checkDimensions(rules, dataset, question.input.groupBy, [...path, 'groupBy'])
  }
  if (question.kind === 'leaderboard' || question.kind === 'table') {
    checkDimensions(rules, dataset, question.input.dimensions, [...path, 'dimensions'])
  }
  if (question.kind === 'table') checkPivot(rules, dataset, question.input, path)
  checkBehaviour(rules, dataset, question, path)
  if (question.kind !== 'timeSeries') checkRowMetrics(rules, question, path)
}

/** The one that the question names, or those of its metrics. */
function checkDatasets(rules: Rules, question: WidgetQuestion, path: Path): readonly DatasetDefinition[] {
  const name = namedDataset(question)
  if (name === null) return checkMetrics(rules, question, path)
  rules.known('the name of a dataset', name, rules.datasets.keys(), [...path, 'dataset'])
  return [rules.datasets.get(name)].filter((dataset) => dataset !== undefined)
}

function checkMetrics(rules: Rules, question: WidgetQuestion, path: Path): readonly DatasetDefinition[] {
  const names = answeredMetrics(question)
  const isList = question.kind === 'timeSeries' || question.kind === 'table'
  if (isList) checkOnce(rules, names, [...path, 'metrics'])
  const found = names.map((name, index) => {
    const at = isList ? [...path, 'metrics', index] : [...path, 'metric']
    rules.known('the name of a metric', name, rules.metrics.keys(), at)
    return rules.metrics.get(name)?.dataset
  })
  return [...new Set(found)].filter((dataset) => dataset !== undefined)
}

function checkTime(
  rules: Rules,
  { name, timeDimension }: DatasetDefinition,
  { kind, input }: WidgetQuestion,
  path: Path,
): void {
  if (timeDimension !== undefined) return
  const lacking = `a dataset with a timeDimension, which ${name} lacks`
  if (kind === 'timeSeries' || kind === 'funnel' || kind === 'retention') rules.report(path, lacking)
  if (kind === 'table' && input.granularity !== undefined) rules.report([...path, 'granularity'], lacking)
  if (input.timeRange !== undefined) rules.report([...path, 'timeRange'], lacking)
}

function checkDimensions(
  rules: Rules,
  dataset: DatasetDefinition,
  names: readonly string[] | null | undefined,
  path: Path,
): void {
  checkOnce(rules, names ?? [], path)
  for (const [index, name] of (names ?? []).entries()) knownDimension(rules, dataset, name, [...path, index])
}

function checkHaving(
  rules: Rules,
  { what, names }: { readonly what: string; readonly names: readonly string[] },
  tests: readonly MetricFilterInput[] | null | undefined,
  path: Path,
): void {
  for (const [index, { metric, operator, values }] of (tests ?? []).entries()) {
    rules.known(what, metric, names, [...path, index, 'metric'])
    checkValueCount(rules, operator, values, [...path, index])
  }
}

/** Each along the rows or over the columns; the time over the columns where there is a granularity. */
function checkPivot(rules: Rules, dataset: DatasetDefinition, input: TableInput, path: Path): void {
  const names = input.pivot ?? []
  const at = [...path, 'pivot']
  const isTime = (name: string) => input.granularity !== undefined && name === dataset.timeDimension
  checkOnce(rules, names, at)
  for (const [index, name] of names.entries()) {
    if (!isTime(name)) knownDimension(rules, dataset, name, [...at, index])
    if (input.dimensions.includes(name)) {
      rules.report([...at, index], `${name} over the columns or along the rows, not both`)
    }
  }
}

/** Only a series has an order that a figure can go along. */
function checkRowMetrics(rules: Rules, question: WidgetQuestion, path: Path): void {
  for (const name of questionMetrics(question)) {
    const definition = rules.metrics.get(name)?.definition
    if ((definition?.cumulative ?? definition?.rolling ?? definition?.movingAverage) === undefined) continue
    rules.report(path, `a timeSeries for ${name}, whose figure goes from bucket to bucket`)
  }
}

function checkOrder(rules: Rules, dataset: DatasetDefinition, input: TableInput, path: Path): void {
  const { timeDimension } = dataset
  const hasTime = input.granularity !== undefined && timeDimension !== undefined
  if (hasTime && input.dimensions.includes(timeDimension)) {
    rules.report([...path, 'dimensions'], `either ${timeDimension} or a granularity, not both`)
  }
  const columns = [...input.dimensions, ...(hasTime ? [timeDimension] : []), ...input.metrics]
  const orders = (input.orderBy ?? []).map(({ by }) => by)
  for (const [index, by] of orders.entries()) {
    const at = [...path, 'orderBy', index, 'by']
    rules.known('a column of the table', by, columns, at)
  }
}
