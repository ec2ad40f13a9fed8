import type { Grain } from '../access/grants.ts'
import type { Column } from './column.ts'
import type { FilterInput } from './inputs.ts'

export const aggregates = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'count_distinct',
  'quantile',
  'first',
  'last',
] as const
export type Aggregate = (typeof aggregates)[number]

export const formatStyles = ['number', 'percent', 'currency', 'duration', 'bytes'] as const

/** How a figure is written for people. A duration is counted in the metric's unit, in seconds without one. */
export interface Format {
  readonly style: (typeof formatStyles)[number]
  /** After the point; null for as many as read well. */
  readonly digits: number | null
  /** ISO 4217, with the style currency alone. */
  readonly currency: string | null
  /** BCP 47. */
  readonly locale: string
}

interface MetricHead {
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly dataset: string
  readonly format: Format | null
  readonly unit: string | null
  /** Whether figures of parts add up to the figure of the whole: counts, sums, and what is added up from them. */
  readonly additive: boolean
  /** The permissions that naming it needs; all of them. */
  readonly requires: readonly string[]
}

export interface AggregateMetric extends MetricHead {
  readonly kind: 'aggregate'
  readonly aggregate: Aggregate
  /** Null for `count` of rows alone. */
  readonly column: Column | null
  /** Of a quantile, between 0 and 1. */
  readonly level: number | null
  /** For less memory: a distinct count within 1% of the exact one, a quantile by `rankError`. */
  readonly approximate: boolean
  /** The time that says which value is the first or the last; null for other aggregates. */
  readonly time: Column | null
  /** Rows that count; all of them must hold. */
  readonly filters: readonly FilterInput[]
}

export interface RatioMetric extends MetricHead {
  readonly kind: 'ratio'
  readonly numerator: AggregateMetric
  readonly denominator: AggregateMetric
}

/** Arithmetic over other metrics of the dataset. */
export interface DerivedMetric extends MetricHead {
  readonly kind: 'derived'
  readonly formula: Formula
}

export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'metric'; readonly metric: RowMetric }
  | { readonly kind: 'negative'; readonly of: Formula }
  | {
      readonly kind: 'operation'
      readonly operator: '+' | '-' | '*' | '/'
      readonly left: Formula
      readonly right: Formula
    }

/** Its figure comes from a group of rows, whatever order they are in. */
export type RowMetric = AggregateMetric | RatioMetric | DerivedMetric

/** Its figure goes from bucket to bucket of a series, so that only a series has it. */
export interface WindowMetric extends MetricHead {
  readonly kind: 'window'
  readonly of: RowMetric
  readonly window: MetricWindow
}

/**
 * `cumulative`: over the rows from the range's start on. `rolling`: over the rows of the last `count` buckets.
 * `moving_average`: that, divided by `count`.
 */
export type MetricWindow =
  | { readonly kind: 'cumulative' }
  | { readonly kind: 'rolling' | 'moving_average'; readonly count: number; readonly grain: Grain }

export type Metric = RowMetric | WindowMetric

/** An approximate quantile is the value of a row whose rank is off by at most this share of the rows. */
export const rankError = 0.001

/** The metrics that a figure is computed from, each once. */
export function aggregatesOf(metric: Metric): readonly AggregateMetric[] {
  switch (metric.kind) {
    case 'aggregate':
      return [metric]
    case 'ratio':
      return [metric.numerator, metric.denominator]
    case 'derived':
      return aggregatesIn(metric.formula)
    case 'window':
      return aggregatesOf(metric.of)
  }
}

function aggregatesIn(formula: Formula): readonly AggregateMetric[] {
  switch (formula.kind) {
    case 'number':
      return []
    case 'metric':
      return aggregatesOf(formula.metric)
    case 'negative':
      return aggregatesIn(formula.of)
    case 'operation':
      return [...new Set([...aggregatesIn(formula.left), ...aggregatesIn(formula.right)])]
  }
}

export function isApproximate(metric: Metric): boolean {
  return aggregatesOf(metric).some(({ approximate }) => approximate)
}
