import { answeredMetrics, namedDataset, questionMetrics } from '../../analytics/widget-question.ts'
import type { WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { MetricFilterInput, TableInput } from '../../catalogue/inputs.ts'
import type { DatasetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { checkFilters, checkValueCount } from './filter.ts'
import { checkOnce, checkUnique, knownDimension, type Rules } from './lookup.ts'

/** That a stored question names what there is, all of it in one dataset. */
export function checkQuestion(rules: Rules, question: WidgetQuestion, path: Path): void {
  const dataset =
    namedDataset(question) === null
      ? checkMetrics(rules, question, path)
      : checkDataset(rules, namedDataset(question) ?? '', path)
  if (dataset === undefined) return
  checkTime(rules, dataset, question, path)
  checkFilters(rules, dataset, question.input.filters, [...path, 'filters'])
  if (question.kind === 'timeSeries') {
    checkDimensions(rules, dataset, question.input.groupBy, [...path, 'groupBy'])
  }
  if (question.kind === 'leaderboard' || question.kind === 'table') {
    checkDimensions(rules, dataset, question.input.dimensions, [...path, 'dimensions'])
    checkHaving(rules, dataset, question.input.having, [...path, 'having'])
  }
  if (question.kind === 'table') {
    checkPivot(rules, dataset, question.input, path)
    checkOrder(rules, dataset, question.input, path)
  }
  checkBehaviour(rules, dataset, question, path)
  if (question.kind !== 'timeSeries') checkRowMetrics(rules, question, path)
}

function checkDataset(rules: Rules, name: string, path: Path): DatasetDefinition | undefined {
  rules.known('the name of a dataset', name, rules.datasets.keys(), [...path, 'dataset'])
  return rules.datasets.get(name)
}

/** What stands in questions about rows and those who made them. */
function checkBehaviour(
  rules: Rules,
  dataset: DatasetDefinition,
  { kind, input }: WidgetQuestion,
  path: Path,
): void {
  if (kind === 'histogram') knownDimension(rules, dataset, input.dimension, [...path, 'dimension'])
  if (kind === 'funnel' || kind === 'retention') {
    knownDimension(rules, dataset, input.entity, [...path, 'entity'])
  }
  if (kind === 'funnel') {
    checkUnique(rules, input.steps, [...path, 'steps'])
    for (const [index, { filters }] of input.steps.entries()) {
      checkFilters(rules, dataset, filters, [...path, 'steps', index, 'filters'])
    }
  }
  if (kind === 'retention') {
    checkFilters(rules, dataset, input.start, [...path, 'start'])
    checkFilters(rules, dataset, input.return, [...path, 'return'])
  }
}

/** The dataset of the question's metrics; undefined where they name none or several. */
function checkMetrics(rules: Rules, question: WidgetQuestion, path: Path): DatasetDefinition | undefined {
  const names = answeredMetrics(question)
  const isList = question.kind === 'timeSeries' || question.kind === 'table'
  if (isList) checkOnce(rules, names, [...path, 'metrics'])
  const found = names.map((name, index) => {
    const at = isList ? [...path, 'metrics', index] : [...path, 'metric']
    rules.known('the name of a metric', name, rules.metrics.keys(), at)
    return rules.metrics.get(name)?.dataset
  })
  const [first] = found.filter((dataset) => dataset !== undefined)
  for (const [index, dataset] of found.entries()) {
    if (dataset === undefined || dataset === first) continue
    rules.report([...path, 'metrics', index], `a metric of the dataset ${first?.name}, like the first`)
  }
  return first
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
  dataset: DatasetDefinition,
  tests: readonly MetricFilterInput[] | null | undefined,
  path: Path,
): void {
  const names = (dataset.metrics ?? []).map(({ name }) => name)
  for (const [index, { metric, operator, values }] of (tests ?? []).entries()) {
    rules.known(`a metric of the dataset ${dataset.name}`, metric, names, [...path, index, 'metric'])
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
