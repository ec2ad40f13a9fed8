import type { Catalogue, Dataset, WidgetQuestion } from '../catalogue/catalogue.ts'
import type { FilterInput } from '../catalogue/inputs.ts'

/** The metrics whose figures are the answer; none where rows or those who made them are counted. */
export function answeredMetrics(question: WidgetQuestion): readonly string[] {
  switch (question.kind) {
    case 'counter':
    case 'leaderboard':
      return [question.input.metric]
    case 'timeSeries':
    case 'table':
      return question.input.metrics
    case 'histogram':
    case 'funnel':
    case 'retention':
      return []
  }
}

/** The dataset that a question names itself; null where its metrics say it. */
export function namedDataset({ kind, input }: WidgetQuestion): string | null {
  return kind === 'histogram' || kind === 'funnel' || kind === 'retention' ? input.dataset : null
}

/** The metrics that a stored question names, wherever they stand in it. */
export function questionMetrics(question: WidgetQuestion): readonly string[] {
  switch (question.kind) {
    case 'counter':
      return [question.input.metric]
    case 'timeSeries':
      return question.input.metrics
    case 'leaderboard':
      return [question.input.metric, ...(question.input.having ?? []).map((test) => test.metric)]
    case 'table':
      return [...question.input.metrics, ...(question.input.having ?? []).map((test) => test.metric)]
    case 'histogram':
    case 'funnel':
    case 'retention':
      return []
  }
}

/** The dimensions that a stored question names; the axis of its time is none of them. */
export function questionDimensions(question: WidgetQuestion, { timeDimension }: Dataset): readonly string[] {
  const filtered = dimensionsOf(question.input.filters)
  switch (question.kind) {
    case 'counter':
      return filtered
    case 'timeSeries':
      return [...(question.input.groupBy ?? []), ...filtered]
    case 'leaderboard':
      return [...question.input.dimensions, ...filtered]
    case 'table':
      return [
        ...question.input.dimensions,
        ...(question.input.pivot ?? []).filter(
          (name) => question.input.granularity == null || name !== timeDimension,
        ),
        ...filtered,
      ]
    case 'histogram':
      return [question.input.dimension, ...filtered]
    case 'funnel':
      return [
        question.input.entity,
        ...question.input.steps.flatMap(({ filters }) => dimensionsOf(filters)),
        ...filtered,
      ]
    case 'retention':
      return [
        question.input.entity,
        ...dimensionsOf(question.input.start),
        ...dimensionsOf(question.input.return),
        ...filtered,
      ]
  }
}

/** The dimensions that filters name, however deep. */
export function dimensionsOf(filters: readonly FilterInput[] | null | undefined): readonly string[] {
  return (filters ?? []).flatMap(({ dimension, and, or, not }) => [
    ...(dimension == null ? [] : [dimension]),
    ...dimensionsOf(and),
    ...dimensionsOf(or),
    ...dimensionsOf(not == null ? [] : [not]),
  ])
}

/** The datasets that a stored question is about; none where the catalogue lost one. */
export function datasetsOf(question: WidgetQuestion, catalogue: Catalogue): readonly Dataset[] {
  const named = namedDataset(question)
  if (named !== null) return [catalogue.datasets.get(named)].filter((dataset) => dataset !== undefined)
  const found = questionMetrics(question).map((name) =>
    catalogue.datasets.get(catalogue.metrics.get(name)?.dataset ?? ''),
  )
  const datasets = [...new Set(found)].filter((dataset) => dataset !== undefined)
  return found.includes(undefined) ? [] : datasets
}
