import fc from 'fast-check'
import type { RowRuleDefinition } from '../../src/model/permission-document.ts'
import { storedLayer, tokenLayer } from './reference-grants.ts'
import type { Claims } from './reference-layers.ts'
import type { ModelParts } from './reference-model.ts'
import { day, instantText } from './reference-time.ts'
import { sometimes, valuesOf, written } from './reference-values.ts'
import { continents, countryCodes, days, firstSecond, regions, tenants } from './reference-world.ts'

/** Models with row rules, and tokens with the attributes that fill them. */

const scalarAttributes = {
  region: fc.constantFrom(...regions),
  country: fc.constantFrom(...countryCodes),
  continent: fc.constantFrom(...continents),
  level: fc.integer({ min: -15, max: 40 }),
  since: fc.integer({ min: 0, max: days }).map((offset) => instantText(firstSecond + offset * day)),
}
const listAttributes = {
  regions: fc.subarray([...regions]),
  countries: fc.subarray([...countryCodes]),
  levels: fc.subarray([-5, 0, 5, 10, 20]),
}

/** Which attributes a test of a dimension may read. */
const readBy: Readonly<Record<string, { readonly scalar: string; readonly list?: string }>> = {
  region: { scalar: 'region', list: 'regions' },
  country: { scalar: 'country', list: 'countries' },
  code: { scalar: 'country', list: 'countries' },
  continent: { scalar: 'continent' },
  amount: { scalar: 'level', list: 'levels' },
  population: { scalar: 'level', list: 'levels' },
  at: { scalar: 'since' },
  channel: { scalar: 'region' },
}

function ruleTest(dimensions: readonly string[]): fc.Arbitrary<RowRuleDefinition> {
  return fc.constantFrom(...dimensions).chain((dimension): fc.Arbitrary<RowRuleDefinition> => {
    const values = [...(valuesOf[dimension] ?? [])]
    const { scalar = 'region', list } = readBy[dimension] ?? {}
    const value = fc.oneof(fc.constantFrom(...values), fc.constant({ attribute: scalar }))
    const among: fc.Arbitrary<NonNullable<RowRuleDefinition['in']>> = fc.array(value, { maxLength: 3 })
    const lists = list === undefined ? [among] : [among, fc.constant({ attribute: list })]
    return fc.oneof(
      value.map((equals) => ({ dimension, equals })),
      ...lists.map((of) => of.map((one) => ({ dimension, in: one }))),
      value.map((greaterThan) => ({ dimension, greaterThan })),
      value.map((greaterThanOrEquals) => ({ dimension, greaterThanOrEquals })),
      value.map((lessThan) => ({ dimension, lessThan })),
      value.map((lessThanOrEquals) => ({ dimension, lessThanOrEquals })),
      fc.tuple(value, value).map((between): RowRuleDefinition => ({ dimension, between: [...between] })),
    )
  })
}

function rule(dimensions: readonly string[], depth = 2): fc.Arbitrary<RowRuleDefinition> {
  const leaf = ruleTest(dimensions)
  if (depth === 0) return leaf
  const inner = rule(dimensions, depth - 1)
  const parts = fc.array(inner, { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { arbitrary: leaf, weight: 4 },
    { arbitrary: parts.map((and) => ({ and })), weight: 1 },
    { arbitrary: parts.map((or) => ({ or })), weight: 2 },
    { arbitrary: inner.map((not) => ({ not })), weight: 2 },
  )
}

/** @param often of ten models */
function rules(dimensions: readonly string[], often: number): fc.Arbitrary<readonly RowRuleDefinition[]> {
  return sometimes(fc.array(rule(dimensions), { minLength: 1, maxLength: 2 }), often).map(
    (list) => list ?? [],
  )
}

export const modelParts: fc.Arbitrary<ModelParts> = fc.record({
  rules: fc.record({
    events: rules(['region', 'channel', 'amount', 'at', 'country', 'population'], 5),
    cities: rules(['country', 'population', 'continent'], 3),
    countries: rules(['code', 'continent'], 2),
  }),
  roles: fc
    .tuple(storedLayer, sometimes(storedLayer, 1))
    .map(([r, viewer]) => [
      { name: 'r', ...r },
      ...(viewer === undefined ? [] : [{ name: 'viewer', ...viewer }]),
    ]),
  policies: storedLayer.map((p) => [{ name: 'p', ...p }]),
})

const attributes = fc.oneof(
  { arbitrary: fc.record({ ...scalarAttributes, ...listAttributes }), weight: 6 },
  { arbitrary: fc.record({ ...scalarAttributes, ...listAttributes }, { requiredKeys: [] }), weight: 2 },
  {
    // Of another form or type than the rules want.
    arbitrary: fc.record({
      ...scalarAttributes,
      ...listAttributes,
      region: fc.constantFrom<string | number | string[]>('east', 7, ['east']),
      level: fc.constantFrom<string | number | number[]>(5, 'high', [5]),
      regions: fc.constantFrom<string | (string | number)[]>('east', ['east', 7], ['east']),
    }),
    weight: 2,
  },
)

export interface Token {
  readonly tenant: string
  readonly claims: Claims
}

export const token: fc.Arbitrary<Token> = fc
  .record({
    tenant: fc.oneof(
      { arbitrary: fc.constantFrom<string>(...tenants), weight: 9 },
      { arbitrary: fc.constant('nobody'), weight: 1 },
    ),
    role: fc.constantFrom(
      undefined,
      'r',
      'r',
      'r',
      'analyst',
      'analyst',
      'admin',
      'admin',
      'admin',
      'viewer',
    ),
    policy: fc.constantFrom(undefined, 'p'),
    attributes,
    grants: tokenLayer,
  })
  .map(({ tenant, role, policy, attributes: own, grants }) => ({
    tenant,
    claims: written({ role, policy, attributes: own, ...grants }),
  }))
