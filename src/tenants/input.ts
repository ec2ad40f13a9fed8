import { isDeepStrictEqual } from 'node:util'
import { attributesSchema } from '../access/attributes.ts'
import { tenantIdSchema } from '../access/payload.ts'
import { isPlaceName } from '../access/places/place-name.ts'
import type { RegisteredTenant, TenantDefinition } from '../access/places/tenant-rows.ts'
import { badInput } from '../errors.ts'
import type { TenantInput } from '../graphql/context.ts'
import { regionPattern, regionText } from '../model/tenancy-document.ts'

export const tenantIdForm = 'a tenant id of 1 to 256 characters without control characters or lone surrogates'

/** @throws BAD_USER_INPUT */
export function checkTenantId(tenantId: string, argument: string): void {
  if (!tenantIdSchema.safeParse(tenantId).success) throw badInput(argument, tenantIdForm)
}

/**
 * What holds of a tenant once it was told: what the input leaves out stays as it was, and null takes it away.
 * @throws BAD_USER_INPUT with the argument's path
 */
export function definitionOf(input: TenantInput, before: RegisteredTenant | null): TenantDefinition {
  const { title, dataSource, database, schema, region } = input
  if (title != null && !/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,200}$/u.test(title)) {
    throw badInput('input.title', 'a title of 1 to 200 characters on one line')
  }
  checkName('database', database)
  checkName('schema', schema)
  if (region != null && !regionPattern.test(region)) throw badInput('input.region', regionText)
  const kept = <T>(given: T | undefined, was: T | undefined) => (given === undefined ? was : given) ?? null
  return {
    title: kept(title, before?.title),
    dataSource: kept(dataSource, before?.dataSource),
    database: kept(database, before?.database),
    schema: kept(schema, before?.schema),
    region: kept(region, before?.region),
    attributes: attributesOf(input, before),
    isBack: true,
  }
}

function checkName(member: 'database' | 'schema', name: string | null | undefined): void {
  if (name == null || isPlaceName(name)) return
  throw badInput(
    `input.${member}`,
    `a name of at most 63 letters, digits and _, and no ${member} of the engine's own`,
  )
}

/** About this many bytes of each are at hand on every server. */
const attributesMaxLength = 16_384

function attributesOf(
  { attributes }: TenantInput,
  before: RegisteredTenant | null,
): TenantDefinition['attributes'] {
  if (attributes === undefined) return attributesSchema.parse(Object.fromEntries(before?.attributes ?? []))
  const parsed = attributesSchema.safeParse(attributes ?? {})
  const text = JSON.stringify(attributes ?? {})
  if (parsed.success && text.length <= attributesMaxLength && !text.includes('\\u0000')) return parsed.data
  throw badInput(
    'input.attributes',
    `an object of at most 100 names and ${attributesMaxLength} characters, whose values are texts, numbers, booleans or lists of them`,
  )
}

/** Which parts of it are others than before, without what they are. */
export function changedParts(
  definition: TenantDefinition,
  before: RegisteredTenant | null,
): readonly string[] {
  const was = before === null ? null : { ...before, attributes: Object.fromEntries(before.attributes) }
  return (['title', 'dataSource', 'database', 'schema', 'region', 'attributes'] as const).filter(
    (part) => !isDeepStrictEqual(definition[part], was?.[part] ?? (part === 'attributes' ? {} : null)),
  )
}
