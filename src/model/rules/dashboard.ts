import { answeredMetrics, namedDataset } from '../../analytics/widget-question.ts'
import type { DashboardDefinition, DatasetDefinition, ModelDocument, WidgetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { questionOf, questionsOf } from '../question.ts'
import { checkUnique, dimensionNames, knownDimension, type Rules } from './lookup.ts'
import { checkQuestion } from './question.ts'

export function checkDashboard(rules: Rules, dashboard: DashboardDefinition, path: Path): void {
  checkUnique(rules, dashboard.widgets, [...path, 'widgets'])
  checkUnique(
    rules,
    (dashboard.filters ?? []).map((filter) => ({ name: filterName(filter) })),
    [...path, 'filters'],
  )
  checkDashboardFilters(rules, dashboard, path)
  for (const [index, widget] of dashboard.widgets.entries()) {
    checkWidget(rules, widget, [...path, 'widgets', index])
  }
}

function checkWidget(rules: Rules, widget: WidgetDefinition, path: Path): void {
  const [question, ...others] = questionsOf(widget)
  if (question === undefined && widget.visualization.kind === 'TEXT') checkText(rules, widget, path)
  else if (question === undefined || others.length > 0)
    rules.report(path, 'exactly one of counter, timeSeries, leaderboard, table, histogram, funnel, retention')
  else checkQuestion(rules, question, [...path, question.kind])
}

/** A text that asks nothing has nothing else to show. */
function checkText(rules: Rules, { visualization: { options = {} } }: WidgetDefinition, path: Path): void {
  const { text } = options
  if (typeof text === 'string' && text.trim() !== '') return
  rules.report([...path, 'visualization'], 'a text in options.text, or a question')
}

type FilterDefinition = NonNullable<DashboardDefinition['filters']>[number]

export function filterName({ name, dimension }: FilterDefinition): string {
  return name ?? dimension
}

function checkDashboardFilters(rules: Rules, dashboard: DashboardDefinition, path: Path): void {
  const shown = datasetsShown(rules.document, dashboard)
  for (const [index, filter] of (dashboard.filters ?? []).entries()) {
    const at = [...path, 'filters', index]
    if (filter.dataset === undefined) {
      checkOpenFilter(rules, filter, shown, at)
      continue
    }
    const dataset = rules.datasets.get(filter.dataset)
    rules.known('the name of a dataset', filter.dataset, rules.datasets.keys(), [...at, 'dataset'])
    if (dataset !== undefined) knownDimension(rules, dataset, filter.dimension, [...at, 'dimension'])
  }
}

function checkOpenFilter(
  rules: Rules,
  { dimension }: FilterDefinition,
  shown: readonly DatasetDefinition[],
  path: Path,
): void {
  const [first, second] = withDimension(shown, dimension)
  if (first !== undefined && second !== undefined) {
    rules.report(
      path,
      `a dataset, because ${first.name} and ${second.name} both have a dimension ${dimension}`,
    )
  } else {
    const what = "a dimension of a dataset that the dashboard's widgets show"
    rules.known(what, dimension, shown.flatMap(dimensionNames), [...path, 'dimension'])
  }
}

/** A filter that names no dataset is about the one dataset of the dashboard's widgets that has its dimension. */
export function openFilterDataset(
  document: ModelDocument,
  dashboard: DashboardDefinition,
  dimension: string,
): string | undefined {
  return withDimension(datasetsShown(document, dashboard), dimension)[0]?.name
}

function withDimension(
  datasets: readonly DatasetDefinition[],
  dimension: string,
): readonly DatasetDefinition[] {
  return datasets.filter((dataset) => dimensionNames(dataset).includes(dimension))
}

function datasetsShown(
  document: ModelDocument,
  { widgets }: DashboardDefinition,
): readonly DatasetDefinition[] {
  const questions = widgets.map(questionOf).filter((question) => question !== null)
  const metrics = new Set(questions.flatMap(answeredMetrics))
  const named = new Set(questions.map(namedDataset))
  return document.datasets.filter(
    (dataset) => named.has(dataset.name) || dataset.metrics?.some(({ name }) => metrics.has(name)),
  )
}
