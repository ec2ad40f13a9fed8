import type { TimeSeriesInput } from '../../catalogue/inputs.ts'
import type { Metric } from '../../catalogue/metric.ts'
import type { Series, TimeSeriesAnswer } from '../answers.ts'
import { type Asker, together } from '../asker.ts'
import { parseRowset, type Rowset } from '../asking.ts'
import { granularityFor } from '../lead.ts'
import { fillerFor } from '../questions/series.ts'
import { type FixedGroups, planTimeSeries } from '../questions/time-series.ts'
import { inOneGrain, inOneRange } from './axis.ts'
import { type Part, requireConformed } from './parts.ts'

/**
 * One series of several datasets: a statement for each, under its own rules, over one range and in one grain, merged by
 * bucket and group. The first metric's dataset says which groups stand alone.
 * @throws what each of the questions throws, and NOT_SUPPORTED where the datasets do not share a dimension
 */
export async function askSeveralSeries(
  asker: Asker,
  input: TimeSeriesInput,
  parts: readonly Part[],
): Promise<TimeSeriesAnswer> {
  const { asking } = asker
  requireConformed(asking, parts, {
    names: input.groupBy ?? [],
    argument: 'input.groupBy',
    filters: input.filters,
  })
  const questions = parts.map((part) => ({
    part,
    input: { ...input, metrics: part.metrics.map(({ name }) => name) },
    rowset: parseRowset(asking, part.dataset, input),
  }))
  const checked = alike(
    asker,
    input,
    questions,
    questions.map(({ rowset }) => asker.inAnyRange(rowset)),
  )
  for (const { input: own, rowset } of checked) planTimeSeries(asking, own, rowset)
  const rowsets = await Promise.all(questions.map(({ rowset }) => asker.bounded(rowset)))
  const [first, ...rest] = alike(asker, input, questions, rowsets)
  if (first === undefined) throw new Error('A series of several datasets has at least one.')
  const leading = await asker.answer(planTimeSeries(asking, first.input, first.rowset))
  const groups = (input.groupBy ?? []).length === 0 ? null : groupsOf(leading)
  const others = await Promise.all(
    rest.map(({ input: own, rowset }) => asker.answer(planTimeSeries(asking, own, rowset, groups))),
  )
  return merged(parts, { ...input, now: asking.now }, [leading, ...others])
}

interface Question {
  readonly part: Part
  readonly input: TimeSeriesInput
  readonly rowset: Rowset
}

/** All over one range and in one grain. */
function alike(
  { asking }: Asker,
  { granularity }: TimeSeriesInput,
  questions: readonly Question[],
  rowsets: readonly Rowset[],
): readonly Question[] {
  const metrics = questions.flatMap(({ part }) => part.metrics)
  const ranged = inOneRange(rowsets)
  const grain = inOneGrain(asking, ranged, granularityFor(metrics, granularity ?? 'AUTO'))
  return questions.map((question, index) => ({
    ...question,
    input: { ...question.input, granularity: grain },
    rowset: ranged[index] ?? question.rowset,
  }))
}

function groupsOf({ series }: TimeSeriesAnswer): FixedGroups {
  const alone = series.filter(({ isOthers }) => !isOthers).map(({ group }) => group)
  return [...new Map(alone.map((group) => [JSON.stringify(group), group])).values()]
}

/** By group, in the order of the leading answer, and within it by metric, in the order of the question. */
function merged(
  parts: readonly Part[],
  input: TimeSeriesInput & { readonly now: number },
  answers: readonly TimeSeriesAnswer[],
): TimeSeriesAnswer {
  const [leading] = answers
  if (leading === undefined) throw new Error('No answer to merge.')
  const labels = [...new Set(answers.flatMap((answer) => answer.labels))].sort()
  const found = new Map<string, Series>()
  const groups = new Map<string, Pick<Series, 'group' | 'isOthers'>>()
  for (const answer of answers) {
    for (const series of answer.series) {
      groups.set(groupKey(series), series)
      found.set(`${groupKey(series)} ${series.metric.name}`, spread(series, answer.labels, labels))
    }
  }
  const metrics = new Map(
    parts.flatMap((part) => part.metrics.map((metric) => [metric.name, metric] as const)),
  )
  const ordered = [...groups].sort(([, one], [, other]) => Number(one.isOthers) - Number(other.isOthers))
  return {
    ...leading,
    labels,
    series: ordered.flatMap(([key, group]) =>
      input.metrics.flatMap((name) => {
        const metric = metrics.get(name)
        if (metric === undefined) return []
        return [found.get(`${key} ${name}`) ?? emptySeries(metric, group, labels, input)]
      }),
    ),
    isWhole: answers.every(({ isWhole }) => isWhole),
    stats: together(answers.map(({ stats }) => stats)),
  }
}

function groupKey({ isOthers, group }: Pick<Series, 'group' | 'isOthers'>): string {
  return JSON.stringify([isOthers, group.map(({ value }) => value)])
}

/** Without a fill, an answer has the buckets that its own rows are in. */
function spread(series: Series, own: readonly string[], labels: readonly string[]): Series {
  if (own.length === labels.length) return series
  const places = new Map(own.map((label, index) => [label, index]))
  const at = <Value>(values: readonly (Value | null)[]) =>
    labels.map((label) => values[places.get(label) ?? -1] ?? null)
  return {
    ...series,
    values: at(series.values),
    exactValues: at(series.exactValues),
    comparisonValues: series.comparisonValues === null ? null : at(series.comparisonValues),
  }
}

function emptySeries(
  metric: Metric,
  { group, isOthers }: Pick<Series, 'group' | 'isOthers'>,
  labels: readonly string[],
  { fill, compareTo, now }: TimeSeriesInput & { readonly now: number },
): Series {
  const { value, exact } = fillerFor(metric, fill ?? 'DEFAULT')
  const isToCome = (label: string) => (fill ?? 'DEFAULT') !== 'ZERO' && Date.parse(label) * 1000 > now
  return {
    metric,
    group,
    isOthers,
    values: labels.map((label) => (isToCome(label) ? null : value)),
    exactValues: labels.map((label) => (isToCome(label) ? null : exact)),
    comparisonValues: compareTo == null ? null : labels.map(() => value),
    total: fillerFor(metric, 'DEFAULT').value,
    comparisonTotal: compareTo == null || !metric.additive ? null : fillerFor(metric, 'DEFAULT').value,
  }
}
