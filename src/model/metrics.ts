import type { Column } from '../catalogue/column.ts'
import {
  type AggregateMetric,
  aggregatesOf,
  type DerivedMetric,
  type Format,
  type Formula,
  type Metric,
  type MetricWindow,
  type RatioMetric,
  type RowMetric,
  type WindowMetric,
} from '../catalogue/metric.ts'
import { type DatasetDefinition, headOf, type MetricDefinition } from './document.ts'
import { addsUp, parseFormula, type WrittenFormula } from './formula.ts'
import { type FormatDefinition, grainOfUnit } from './metric-document.ts'

/** What metrics are built from: a sound definition, and its columns as they were found. */
export interface MetricSource {
  readonly definition: DatasetDefinition
  /** Of the dataset's own table. */
  readonly columnNamed: (name: string) => Column
}

/** The metrics of a dataset, each with those that it is made of. */
export function buildMetrics(source: MetricSource): readonly Metric[] {
  const definitions = new Map((source.definition.metrics ?? []).map((metric) => [metric.name, metric]))
  const built = new Map<string, Metric>()
  const metricNamed = (name: string): Metric => {
    const known = built.get(name)
    if (known !== undefined) return known
    const definition = definitions.get(name)
    if (definition === undefined) throw new Error(`The metric ${name} is not defined.`)
    const metric = buildMetric(source, definition, metricNamed)
    built.set(name, metric)
    return metric
  }
  return [...definitions.keys()].map(metricNamed)
}

type MetricNamed = (name: string) => Metric

function buildMetric(source: MetricSource, definition: MetricDefinition, metricNamed: MetricNamed): Metric {
  if (definition.aggregate !== undefined) return buildAggregate(source, definition, definition.aggregate)
  if (definition.ratio !== undefined) return buildRatio(source, definition, definition.ratio, metricNamed)
  if (definition.formula !== undefined)
    return buildDerived(source, definition, definition.formula, metricNamed)
  return buildWindow(source, definition, metricNamed)
}

function metricHead({ definition: { name: dataset } }: MetricSource, definition: MetricDefinition) {
  const { format, unit = null, requires = [] } = definition
  return { ...headOf(definition), dataset, format: formatOf(format), unit, requires }
}

function formatOf(format: FormatDefinition | undefined): Format | null {
  if (format === undefined) return null
  const {
    style,
    digits = null,
    currency = null,
    locale = 'en-US',
  } = typeof format === 'string' ? { style: format } : format
  return { style, digits, currency, locale }
}

/** What a part needs is needed for the whole: it could be worked out from that and the other parts. */
function requiredBy(definition: MetricDefinition, parts: readonly Metric[]): readonly string[] {
  return [...new Set([...(definition.requires ?? []), ...parts.flatMap(({ requires }) => requires)])]
}

function buildAggregate(
  source: MetricSource,
  definition: MetricDefinition,
  aggregate: AggregateMetric['aggregate'],
): AggregateMetric {
  const { column, level = null, filters = [], approximate = false } = definition
  const isAtEnd = aggregate === 'first' || aggregate === 'last'
  const time = source.definition.dimensions?.find(({ name }) => name === source.definition.timeDimension)
  return {
    kind: 'aggregate',
    ...metricHead(source, definition),
    additive: aggregate === 'count' || aggregate === 'sum',
    aggregate,
    column: column === undefined ? null : source.columnNamed(column),
    level,
    approximate,
    time: isAtEnd && time !== undefined ? source.columnNamed(time.column ?? time.name) : null,
    filters,
  }
}

function buildRatio(
  source: MetricSource,
  definition: MetricDefinition,
  names: readonly [string, string],
  metricNamed: MetricNamed,
): RatioMetric {
  const [numerator, denominator] = [metricNamed(names[0]), metricNamed(names[1])]
  if (numerator.kind !== 'aggregate' || denominator.kind !== 'aggregate') {
    throw new Error(`The ratio ${definition.name} is not one of aggregates.`)
  }
  const requires = requiredBy(definition, [numerator, denominator])
  return {
    kind: 'ratio',
    ...metricHead(source, definition),
    requires,
    additive: false,
    numerator,
    denominator,
  }
}

function buildDerived(
  source: MetricSource,
  definition: MetricDefinition,
  text: string,
  metricNamed: MetricNamed,
): DerivedMetric {
  const written = parseFormula(text)
  const formula = buildFormula(written, (name) => rowMetric(metricNamed(name)))
  const head = metricHead(source, definition)
  const additive = addsUp(written, (name) => metricNamed(name).additive)
  const metric: DerivedMetric = { kind: 'derived', ...head, additive, formula }
  return { ...metric, requires: requiredBy(definition, [...metricsIn(formula), ...aggregatesOf(metric)]) }
}

function rowMetric(metric: Metric): RowMetric {
  if (metric.kind === 'window') throw new Error(`${metric.name} has no figure outside of a series.`)
  return metric
}

export function buildFormula(written: WrittenFormula, metricNamed: (name: string) => RowMetric): Formula {
  switch (written.kind) {
    case 'number':
      return written
    case 'name':
      return { kind: 'metric', metric: metricNamed(written.name) }
    case 'negative':
      return { kind: 'negative', of: buildFormula(written.of, metricNamed) }
    case 'operation': {
      const { operator } = written
      const left = buildFormula(written.left, metricNamed)
      const right = buildFormula(written.right, metricNamed)
      return { kind: 'operation', operator, left, right }
    }
  }
}

function metricsIn(formula: Formula): readonly RowMetric[] {
  switch (formula.kind) {
    case 'number':
      return []
    case 'metric':
      return [formula.metric]
    case 'negative':
      return metricsIn(formula.of)
    case 'operation':
      return [...metricsIn(formula.left), ...metricsIn(formula.right)]
  }
}

function buildWindow(
  source: MetricSource,
  definition: MetricDefinition,
  metricNamed: MetricNamed,
): WindowMetric {
  const { cumulative, rolling, movingAverage } = definition
  const name = cumulative ?? rolling?.metric ?? movingAverage?.metric
  if (name === undefined) throw new Error(`The metric ${definition.name} has no form.`)
  const of = rowMetric(metricNamed(name))
  return {
    kind: 'window',
    ...metricHead(source, definition),
    requires: requiredBy(definition, [of]),
    additive: false,
    of,
    window: windowOf(definition),
  }
}

function windowOf({ rolling, movingAverage }: MetricDefinition): MetricWindow {
  if (rolling !== undefined) return { kind: 'rolling', count: rolling.last, grain: grainOfUnit[rolling.unit] }
  if (movingAverage === undefined) return { kind: 'cumulative' }
  return { kind: 'moving_average', count: movingAverage.last, grain: grainOfUnit[movingAverage.unit] }
}
