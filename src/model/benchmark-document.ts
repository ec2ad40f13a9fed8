import { z } from 'zod'
import { benchmarkPeriods, leastTenants, mostShare } from '../catalogue/benchmark.ts'
import { requires } from './permission-document.ts'
import { list, timeZoneSchema, wholeNumber } from './question-document.ts'

const shareText = `a share above 0 and of at most ${mostShare.most}`

/** A metric that tenants may compare with one another's, by its distribution alone. */
export function benchmarkSchema<Head extends z.ZodRawShape>(head: Head) {
  return z.strictObject({
    ...head,
    metric: z.string({ error: 'the name of a metric' }),
    periods: list(
      z.enum(benchmarkPeriods, { error: `one of ${benchmarkPeriods.join(', ')}, which are over` }),
      benchmarkPeriods.length,
    ).min(1, { error: 'at least one period' }),
    timeZone: timeZoneSchema.optional(),
    minTenants: wholeNumber(leastTenants.least, 1_000_000).optional(),
    maxShare: z
      .number({ error: shareText })
      .gt(0, { error: shareText })
      .max(mostShare.most, { error: shareText })
      .optional(),
    requires,
  })
}
