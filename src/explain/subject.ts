import type { VisibleCatalogue } from '../analytics/visible.ts'
import { datasetsOf } from '../analytics/widget-question.ts'
import type { Catalogue, Dataset } from '../catalogue/catalogue.ts'
import type { FilterInput, TimeRangeInput } from '../catalogue/inputs.ts'
import type { ExplainedQuestion } from '../graphql/explanation.ts'
import { questionUnder } from '../widgets/question.ts'

/** Which rows a question is about. */
export interface Subject {
  /** Whose rows are counted. */
  readonly dataset: Dataset
  /** The others, where its metrics are of several. */
  readonly others: readonly Dataset[]
  readonly asked: {
    readonly timeRange?: TimeRangeInput | null | undefined
    readonly timeZone?: string | null | undefined
    readonly filters?: readonly FilterInput[] | null | undefined
  }
}

/** Null where it is about no dataset that the model has. */
export function subjectOf(
  question: ExplainedQuestion,
  catalogue: Catalogue,
  visible: VisibleCatalogue,
): Subject | null {
  const { widget, topValues, records, histogram, funnel, retention } = question
  if (widget != null) return subjectOfWidget(widget, catalogue, visible)
  const byDataset = topValues ?? records ?? histogram ?? funnel ?? retention
  if (byDataset != null) return subject(catalogue.datasets.get(byDataset.dataset), byDataset)
  const { counter, timeSeries, leaderboard, table } = question
  const single = counter ?? leaderboard
  if (single != null) return subject(ownerOf(single.metric, catalogue), single)
  const several = timeSeries ?? table
  if (several == null) return null
  const [first, ...others] = ownersOf(several.metrics, catalogue)
  return subject(first, several, others)
}

function subjectOfWidget(
  controls: NonNullable<ExplainedQuestion['widget']>,
  catalogue: Catalogue,
  visible: VisibleCatalogue,
): Subject | null {
  const widget = visible.widget(controls.dashboard, controls.name)
  if (widget === null || widget.question === null) return null
  const question = questionUnder(controls, widget, visible)
  const [first, ...others] = datasetsOf(question, catalogue)
  return subject(first, question.input, others)
}

function ownerOf(metric: string | undefined, { metrics, datasets }: Catalogue): Dataset | undefined {
  return datasets.get(metrics.get(metric ?? '')?.dataset ?? '')
}

function ownersOf(metrics: readonly string[], catalogue: Catalogue): readonly Dataset[] {
  const owners = metrics.map((metric) => ownerOf(metric, catalogue))
  return [...new Set(owners)].filter((dataset) => dataset !== undefined)
}

function subject(
  dataset: Dataset | undefined,
  asked: Subject['asked'],
  others: readonly Dataset[] = [],
): Subject | null {
  return dataset === undefined ? null : { dataset, others, asked }
}
