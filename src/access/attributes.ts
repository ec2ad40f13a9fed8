import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

/** What the host says of the person looking; the row rules of datasets read it. */
export type Attributes = ReadonlyMap<string, AttributeValue>
export type AttributeScalar = string | number | boolean
export type AttributeValue = AttributeScalar | readonly AttributeScalar[]

export const attributesMax = 100
export const attributeValuesMax = 1_000
export const attributeNamePattern = /^[A-Za-z][A-Za-z0-9_]{0,62}$/

/** Also of what a locked filter compares with. */
export const attributeScalarSchema = z.union([
  z.string().regex(/^\P{Cs}*$/u),
  // A larger whole number was rounded before anyone could look at it, and would name other rows.
  z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
  z.boolean(),
])

export const attributeValueSchema = z.union([
  attributeScalarSchema,
  z.array(attributeScalarSchema).max(attributeValuesMax),
])

export const attributesSchema = z
  .record(z.string().regex(attributeNamePattern), attributeValueSchema)
  .refine((attributes) => Object.keys(attributes).length <= attributesMax)

export function attributesOf(claims: Readonly<Record<string, AttributeValue>>): Attributes {
  const entries = Object.entries(claims).map(
    ([name, value]) => [name, Array.isArray(value) ? Object.freeze([...value]) : value] as const,
  )
  return lockedMap(new Map(entries))
}

/**
 * What a token says and what the host said of its tenant, in every way in which they may be read: the row rules must hold for
 * each. Where both name one attribute and differ there are two ways, so that neither widens what the other lets through, also
 * where a rule takes rows out by it.
 */
export function readingsOf(
  token: Attributes,
  tenant: Attributes | null,
): readonly [Attributes, ...Attributes[]] {
  if (tenant === null || tenant.size === 0) return [token]
  const tokenFirst = lockedMap(new Map([...tenant, ...token]))
  const isOne = [...tenant].every(([name, value]) => isDeepStrictEqual(tokenFirst.get(name), value))
  return isOne ? [tokenFirst] : [tokenFirst, lockedMap(new Map([...token, ...tenant]))]
}

/** `Object.freeze` alone leaves a Map open. */
function lockedMap(map: Map<string, AttributeValue>): Attributes {
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuseChange })
  return Object.freeze(map)
}

function refuseChange(): never {
  throw new TypeError('Attributes cannot be changed.')
}
