import type { Metric } from '../catalogue/catalogue.ts'
import type { Figure } from './answers.ts'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 })

/** A figure as a person reads it: `124,711`, `9.15 min`, `83.4%`, and a dash where there is none. */
export function formatFigure({ value }: Figure, { format, unit }: Metric): string {
  if (value === null) return '–'
  if (format === 'percent') return percent.format(value)
  const text = Math.abs(value) >= 1000 ? whole.format(value) : short.format(value)
  return unit === null ? text : `${text} ${unit}`
}
