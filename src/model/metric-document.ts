import { z } from 'zod'
import type { granularities } from '../access/grants.ts'
import { aggregates, formatStyles } from '../catalogue/metric.ts'
import { requires } from './permission-document.ts'
import { filterSchema, list, text, wholeNumber } from './question-document.ts'

/** The part of the document that spells metrics. */

const reference = z.string({ error: 'a name' })
const columnName = text(
  'the name of a column of at most 128 characters, without control characters, backticks and backslashes',
  /^[^\p{Cc}\p{Cs}`\\]{1,128}$/u,
)
export const unit = text('a unit of at most 40 characters', /^[^\p{Cc}\p{Cs}]{1,40}$/u).optional()

const styleText = `one of ${formatStyles.join(', ')}, or an object with style, digits, currency and locale`
const style = z.enum(formatStyles, { error: styleText })
const currencyText = 'an ISO 4217 code such as EUR'
const localeText = 'a BCP 47 language tag such as de-DE'

const format = z.union(
  [
    style,
    z.strictObject({
      style,
      digits: wholeNumber(0, 20).optional(),
      currency: text(currencyText, /^[A-Z]{3}$/).optional(),
      locale: z.string({ error: localeText }).refine(isLocale, { error: localeText }).optional(),
    }),
  ],
  { error: styleText },
)

function isLocale(value: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(value).length === 1
  } catch {
    return false
  }
}

const levelText = 'a number from 0 to 1'
const ratioText = 'the names of two metrics: [numerator, denominator]'

/** `last: 7, unit: day`: the bucket itself and the six before it. */
const trailing = z.strictObject({
  metric: reference,
  last: wholeNumber(2, 366),
  unit: z.enum(['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']),
})

export function metricSchema<Head extends z.ZodRawShape>(head: Head) {
  return z.strictObject({
    ...head,
    aggregate: z.enum(aggregates).optional(),
    column: columnName.optional(),
    level: z
      .number({ error: levelText })
      .min(0, { error: levelText })
      .max(1, { error: levelText })
      .optional(),
    approximate: z.boolean().optional(),
    filters: list(filterSchema, 200).optional(),
    ratio: z.tuple([reference, reference], { error: ratioText }).optional(),
    formula: text(
      'arithmetic of at most 1000 characters over metrics',
      /^[^\p{Cc}\p{Cs}]{1,1000}$/u,
    ).optional(),
    cumulative: reference.optional(),
    rolling: trailing.optional(),
    movingAverage: trailing.optional(),
    requires,
    format: format.optional(),
    unit,
  })
}

/** The members that say what a metric is; it has exactly one of them. */
export const metricForms = [
  'aggregate',
  'ratio',
  'formula',
  'cumulative',
  'rolling',
  'movingAverage',
] as const

export type FormatDefinition = z.infer<typeof format>
export type TrailingDefinition = z.infer<typeof trailing>

export const grainOfUnit: Readonly<Record<TrailingDefinition['unit'], (typeof granularities)[number]>> = {
  minute: 'MINUTE',
  hour: 'HOUR',
  day: 'DAY',
  week: 'WEEK',
  month: 'MONTH',
  quarter: 'QUARTER',
  year: 'YEAR',
}
