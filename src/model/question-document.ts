import { z } from 'zod'
import { filterOperators, granularities } from '../access/grants.ts'
import { nominalSeconds } from '../analytics/time/calendar.ts'
import { durationText, parseDuration } from '../analytics/time/duration.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import { parsePeriod } from '../analytics/time/period.ts'
import { findZone } from '../analytics/time/zone.ts'
import { comparisons } from '../catalogue/inputs.ts'

/** The parts of the document that spell questions: the contract's inputs, without what a stored question can't hold. */

/** A leaf's text follows `expected` in a message. */
export function text(expected: string, pattern: RegExp) {
  return z.string({ error: expected }).regex(pattern, { error: expected })
}

export function list<Item extends z.ZodType>(item: Item, most: number) {
  return z.array(item).max(most, { error: `at most ${most} items` })
}

export function wholeNumber(least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`
  return z.int({ error }).min(least, { error }).max(most, { error })
}

const reference = z.string({ error: 'a name' })

/** A number beyond 2^53 was rounded before anyone could look at it. */
const finite = z
  .number({ error: 'a finite number' })
  .refine((number) => !Number.isInteger(number) || Number.isSafeInteger(number), {
    error: 'a number that a double holds exactly; write a longer one as text',
  })

export const filterValueSchema = z.union(
  [text('text of at most 1000 characters', /^[\s\S]{0,1000}$/), finite, z.boolean(), z.null()],
  {
    error: 'text of at most 1000 characters, a finite number of at most 2^53, true, false or null',
  },
)

export const filterSchema = z.strictObject({
  dimension: reference.optional(),
  operator: z.enum(filterOperators).optional(),
  values: list(filterValueSchema, 1000).optional(),
  get and() {
    return list(filterSchema, 200).optional()
  },
  get or() {
    return list(filterSchema, 200).optional()
  },
  get not() {
    return filterSchema.optional()
  },
})

const filters = list(filterSchema, 200).optional()

const numberOperators = [
  'EQUALS',
  'NOT_EQUALS',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUALS',
  'LESS_THAN',
  'LESS_THAN_OR_EQUALS',
  'BETWEEN',
  'IS_NULL',
  'IS_NOT_NULL',
] as const

const having = list(
  z.strictObject({ metric: reference, operator: z.enum(numberOperators), values: list(finite, 1000) }),
  20,
).optional()

const periodText =
  'a period of at most 100 years: today, yesterday, this_<unit>, previous_<unit> or last_<n>_<unit>s, the unit being minute, hour, day, week, month, quarter or year'
const instantText = 'an RFC 3339 instant from 1900 to 2299, such as "2001-03-01T00:00:00Z"'

const instant = z
  .string({ error: instantText })
  .refine((value) => parseInstant(value) !== null, { error: instantText })

export const periodSchema = z.string({ error: periodText }).refine(isPeriod, { error: periodText })

export const timeRangeSchema = z
  .strictObject({
    period: periodSchema.optional(),
    between: z
      .strictObject({ start: instant, stop: instant })
      .refine(({ start, stop }) => (parseInstant(start) ?? 0) < (parseInstant(stop) ?? 0), {
        error: 'a start before the stop',
      })
      .optional(),
  })
  .refine(({ period, between }) => (period === undefined) !== (between === undefined), {
    error: 'either a period or between',
  })

function isPeriod(value: string): boolean {
  const stretch = parsePeriod(value)
  return stretch !== null && stretch.count * nominalSeconds[stretch.grain] <= 100 * nominalSeconds.YEAR
}

const timeZoneText = 'an IANA time zone name, such as Europe/Berlin'
export const timeZoneSchema = z
  .string({ error: timeZoneText })
  .refine((name) => findZone(name) !== null, { error: timeZoneText })

const granularity = z.enum([...granularities, 'AUTO']).optional()
const sortOrder = z.enum(['ASC', 'DESC']).optional()
const compareTo = z.enum(comparisons).optional()
const asked = { timeRange: timeRangeSchema.optional(), timeZone: timeZoneSchema.optional(), filters }

export const counterSchema = z.strictObject({ metric: reference, compareTo, ...asked })

export const timeSeriesSchema = z.strictObject({
  metrics: list(reference, 20).min(1, { error: 'at least one metric' }),
  granularity,
  groupBy: list(reference, 3).optional(),
  limit: wholeNumber(1, 100).optional(),
  others: z.boolean().optional(),
  compareTo,
  fill: z.enum(['DEFAULT', 'ZERO', 'NULL', 'NONE']).optional(),
  ...asked,
})

export const leaderboardSchema = z.strictObject({
  metric: reference,
  dimensions: list(reference, 5).min(1, { error: 'at least one dimension' }),
  limit: wholeNumber(1, 1000).optional(),
  order: sortOrder,
  others: z.boolean().optional(),
  compareTo,
  having,
  ...asked,
})

export const tableSchema = z.strictObject({
  metrics: list(reference, 20).min(1, { error: 'at least one metric' }),
  dimensions: list(reference, 10),
  granularity,
  pivot: list(reference, 3).optional(),
  totals: z.boolean().optional(),
  orderBy: list(z.strictObject({ by: reference, order: sortOrder }), 20).optional(),
  limit: wholeNumber(1, 10_000).optional(),
  offset: wholeNumber(0, 1_000_000).optional(),
  having,
  ...asked,
})

export const histogramSchema = z.strictObject({
  dataset: reference,
  dimension: reference,
  bins: wholeNumber(2, 200).optional(),
  ...asked,
})

const stepSchema = z.strictObject({
  name: text('a name of 1 to 200 characters on one line', /^[^\p{Cc}\p{Cs}]{1,200}$/u),
  filters: list(filterSchema, 200),
})

export const funnelSchema = z.strictObject({
  dataset: reference,
  entity: reference,
  steps: list(stepSchema, 20).min(2, { error: 'at least two steps' }),
  within: z
    .string({ error: durationText })
    .refine((value) => parseDuration(value) !== null, { error: durationText }),
  ...asked,
})

export const retentionSchema = z.strictObject({
  dataset: reference,
  entity: reference,
  granularity: z.enum(granularities),
  periods: wholeNumber(1, 100).optional(),
  start: filters,
  return: filters,
  ...asked,
})
