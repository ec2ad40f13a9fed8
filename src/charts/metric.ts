import type { MetricInfo, TableColumn } from './answers.ts'

/** How the figures of a column are written, as far as the answer tells. */
export function metricOf({ metric, name, title, format }: TableColumn): MetricInfo {
  if (metric != null) return metric
  // Without its currency an amount is better a number than dollars.
  const style = format === 'currency' ? null : format
  return { name, title, format: style, digits: null, currency: null, unit: null, additive: false }
}

/** Of what is counted without a metric: rows, entities. */
export function countMetric(title: string): MetricInfo {
  return {
    name: 'count',
    title,
    format: 'number',
    digits: null,
    currency: null,
    unit: null,
    additive: true,
  }
}

export function shareMetric(title: string): MetricInfo {
  return { ...countMetric(title), name: 'share', format: 'percent', additive: false }
}
