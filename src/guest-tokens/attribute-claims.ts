import {
  attributeNamePattern,
  attributesMax,
  attributesOf,
  attributeValueSchema,
  attributeValuesMax,
} from '../access/attributes.ts'
import type { GuestTokenPayload } from '../access/payload.ts'
import { ruleTestsOf } from '../analytics/row-rules.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { badInput } from '../errors.ts'

type AttributeClaims = NonNullable<GuestTokenPayload['attributes']>

/**
 * Attributes as claims: each of a form that a token can hold and, where a row rule reads it, of the type that the rule
 * compares with.
 * @throws BAD_USER_INPUT
 */
export function attributeClaims(
  attributes: Readonly<Record<string, unknown>> | null | undefined,
  catalogue: Catalogue,
  argument: string,
): AttributeClaims | undefined {
  if (attributes == null) return undefined
  const entries = Object.entries(attributes)
  if (entries.length > attributesMax) throw badInput(argument, `at most ${attributesMax} attributes`)
  const claims = Object.fromEntries(
    entries.map(([name, value]) => [name, parseAttribute(name, value, `${argument}.${name}`)] as const),
  )
  checkUses(claims, catalogue, argument)
  return claims
}

function parseAttribute(name: string, value: unknown, argument: string): AttributeClaims[string] {
  if (!attributeNamePattern.test(name)) {
    throw badInput(argument, 'a name of at most 63 letters, digits and _, starting with a letter')
  }
  const parsed = attributeValueSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw badInput(
    argument,
    `text, a number that a double holds exactly, true, false, or a list of at most ${attributeValuesMax} of them`,
  )
}

/** Each test that the given attributes alone make complete is tried on its dataset. */
function checkUses(claims: AttributeClaims, { datasets }: Catalogue, argument: string): void {
  const attributes = attributesOf(claims)
  for (const dataset of datasets.values()) {
    for (const { dimension, reads, misfit } of ruleTestsOf(dataset)) {
      if (!reads.every((name) => attributes.has(name))) continue
      const expected = misfit(attributes)
      if (expected === null) continue
      const [name = ''] = reads
      throw badInput(
        `${argument}.${name}`,
        `${expected}, because a row rule of ${dataset.name} compares ${dimension} with it`,
      )
    }
  }
}
