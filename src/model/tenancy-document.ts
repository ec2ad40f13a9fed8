import { z } from 'zod'
import { tenantIdSchema } from '../access/payload.ts'
import { isTemplateText, templateText } from '../access/places/place-name.ts'
import { text } from './question-document.ts'

/** The part of the document that says where tenants' rows are. */

export const tenantText = 'the id of a tenant: 1 to 256 characters without control characters'

export const tenantId = z
  .string({ error: tenantText })
  .refine((id) => tenantIdSchema.safeParse(id).success, { error: tenantText })

export const regionText =
  'the name of a region: at most 40 lowercase letters, digits, - and _, starting with a letter'
export const regionPattern = /^[a-z][a-z0-9_-]{0,39}$/
export const region = text(regionText, regionPattern)

const template = z.string({ error: templateText }).refine(isTemplateText, { error: templateText })

export function tenancySchema<Reference extends z.ZodType>(dataSource: Reference) {
  return z.strictObject({
    dataSource: dataSource.optional(),
    database: template.optional(),
    schema: template.optional(),
    region: region.optional(),
    /** Whose tables are looked at when the model is applied. */
    sampleTenant: tenantId.optional(),
  })
}
