import { z } from 'zod'
import { attributeNamePattern } from '../access/attributes.ts'
import { filterOperators, granularities } from '../access/grants.ts'
import { isOriginEntry, originForm } from '../access/origins.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import {
  filterValueSchema,
  list,
  periodSchema,
  text,
  timeZoneSchema,
  wholeNumber,
} from './question-document.ts'

/** The parts of the document that say who may see what: row rules of datasets, roles and policies. */

const reference = z.string({ error: 'a name' })
const names = (most: number) => list(reference, most).optional()

export const permissionName = text(
  'the name of a permission: lowercase letters, digits and _, starting with a letter',
  /^[a-z][a-z0-9_]{0,62}$/,
)

export const requires = list(permissionName, 20).min(1, { error: 'at least one permission' }).optional()

const attribute = z.strictObject({
  attribute: text('the name of an attribute: letters, digits and _', attributeNamePattern),
})
const ruleText = 'text, a number, true, false, or { attribute: name }'
const ruleValue = z.union([attribute, filterValueSchema], { error: ruleText })

/** A test of a dimension (`equals`, `in`, `greaterThan` …), or one of `and`, `or`, `not`. */
export const rowRuleSchema = z.strictObject({
  dimension: reference.optional(),
  equals: ruleValue.optional(),
  in: z.union([attribute, list(ruleValue, 1000)], { error: 'a list, or { attribute: name }' }).optional(),
  greaterThan: ruleValue.optional(),
  greaterThanOrEquals: ruleValue.optional(),
  lessThan: ruleValue.optional(),
  lessThanOrEquals: ruleValue.optional(),
  between: z.tuple([ruleValue, ruleValue], { error: 'two values: [least, most]' }).optional(),
  get and() {
    return list(rowRuleSchema, 100).optional()
  },
  get or() {
    return list(rowRuleSchema, 100).optional()
  },
  get not() {
    return rowRuleSchema.optional()
  },
})

export type RowRuleDefinition = z.infer<typeof rowRuleSchema>
export type RuleValueDefinition = z.infer<typeof ruleValue>

const lockedFilter = z.strictObject({
  dataset: reference.optional(),
  dimension: reference,
  operator: z.enum(filterOperators).optional(),
  values: list(filterValueSchema, 1000),
})

const instantText = 'an RFC 3339 instant, such as "2001-03-01T00:00:00Z"'

const origin = z.string({ error: originForm }).refine(isOriginEntry, { error: originForm })

const grants = {
  dashboards: names(500),
  widgets: names(5000),
  hiddenWidgets: names(5000),
  datasets: names(1000),
  allowedDimensions: names(5000),
  allowedMetrics: names(5000),
  permissions: list(permissionName, 500).optional(),
  lockedFilters: list(lockedFilter, 100).optional(),
  allowedPeriods: list(periodSchema, 200).optional(),
  timeZones: list(timeZoneSchema, 100).optional(),
  minGranularity: z.enum(granularities).optional(),
  maxDateRangeDays: wholeNumber(1, 100_000).optional(),
  earliest: z
    .string({ error: instantText })
    .refine((value) => parseInstant(value) !== null, { error: instantText })
    .optional(),
  allowDrillDown: z.boolean().optional(),
  allowExport: z.boolean().optional(),
  allowAdHoc: z.boolean().optional(),
  origins: list(origin, 100).optional(),
  limits: z
    .strictObject({
      requestsPerMinute: wholeNumber(1, 1_000_000).optional(),
      concurrentQueries: wholeNumber(1, 1_000).optional(),
    })
    .optional(),
}

/** A role or a policy. */
export function layerSchema<Head extends z.ZodRawShape>(head: Head) {
  return z.strictObject({ ...head, ...grants })
}
