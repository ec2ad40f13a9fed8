import type { AttributeScalar, Attributes } from '../access/attributes.ts'
import type { FilterValue } from '../access/grants.ts'
import type { Dataset } from '../catalogue/catalogue.ts'
import type { FilterInput } from '../catalogue/inputs.ts'
import type { RowRule, RuleValue, RuleValues } from '../catalogue/row-rule.ts'
import { TesseraError } from '../errors.ts'
import { allOf, type Predicate } from '../warehouse/select.ts'
import { type FindDimension, findDimension, parseFilters } from './filter.ts'

/**
 * What the row rules of a dataset let through for these attributes. A missing attribute lets nothing through, wherever
 * it stands: inside a `not`, leaving its test out would let everything through.
 * @throws ATTRIBUTE_MISSING that names the attribute, also where it is of the wrong type
 */
export function rowRulePredicate(dataset: Dataset, attributes: Attributes, find: FindDimension): Predicate {
  return allOf(dataset.rowRules.map((rule) => onePredicate(dataset, rule, { attributes, find })))
}

interface Filling {
  readonly attributes: Attributes
  readonly find: FindDimension
}

function onePredicate(dataset: Dataset, rule: RowRule, { attributes, find }: Filling): Predicate {
  const filter = filterOf(rule, attributes)
  try {
    return parseFilters(dataset, [filter], find, 'rowRule')
  } catch (error) {
    // The model was checked when it was applied, so it is an attribute that does not fit.
    if (!(error instanceof TesseraError)) throw error
    const names = attributesIn(rule).join(', ')
    const { expected = 'another value' } = error.details
    throw new TesseraError('ATTRIBUTE_MISSING', {
      expected: `a token whose attribute ${names} is ${expected}`,
      cause: error,
    })
  }
}

/** One comparison inside the row rules of a dataset. */
export interface RuleTest {
  readonly dimension: string
  /** The attributes that it compares with. */
  readonly reads: readonly string[]
  /** Whether they have to be lists. */
  readonly readsList: boolean
  /** The place of its rule among the dataset's. */
  readonly index: number
  /** What they should be where they do not fit the dimension, else null. They have to be there. */
  readonly misfit: (attributes: Attributes) => string | null
}

export function ruleTestsOf(dataset: Dataset): readonly RuleTest[] {
  const find = (name: string, argument: string) => findDimension(dataset, name, argument)
  const tests = dataset.rowRules.flatMap((rule, index) => testsIn(rule).map((test) => ({ test, index })))
  return tests.map(({ test, index }) => ({
    dimension: test.dimension,
    reads: attributesIn(test),
    readsList: test.values.kind === 'list',
    index,
    misfit: (attributes) => {
      try {
        parseFilters(dataset, [filterOf(test, attributes)], find, 'rowRule')
        return null
      } catch (error) {
        if (!(error instanceof TesseraError)) throw error
        return error.details.expected ?? 'another value'
      }
    },
  }))
}

type Test = Extract<RowRule, { kind: 'test' }>

function testsIn(rule: RowRule): readonly Test[] {
  if (rule.kind === 'test') return [rule]
  return rule.kind === 'not' ? testsIn(rule.of) : rule.of.flatMap(testsIn)
}

/** The rule with the attributes in its places. */
function filterOf(rule: RowRule, attributes: Attributes): FilterInput {
  switch (rule.kind) {
    case 'test':
      return {
        dimension: rule.dimension,
        operator: rule.operator,
        values: valuesOf(rule.values, attributes),
      }
    case 'and':
      return { and: rule.of.map((part) => filterOf(part, attributes)) }
    case 'or':
      return { or: rule.of.map((part) => filterOf(part, attributes)) }
    case 'not':
      return { not: filterOf(rule.of, attributes) }
  }
}

function valuesOf(values: RuleValues, attributes: Attributes): readonly FilterValue[] {
  if (values.kind === 'list') return listOf(values.attribute, attributes)
  return values.of.map((value) => singleOf(value, attributes))
}

function listOf(name: string, attributes: Attributes): readonly AttributeScalar[] {
  const value = attributes.get(name)
  if (typeof value === 'object') return value
  throw missing(name, 'list')
}

function singleOf(value: RuleValue, attributes: Attributes): FilterValue {
  if (value.kind === 'literal') return value.value
  const found = attributes.get(value.attribute)
  if (found === undefined || typeof found === 'object') throw missing(value.attribute, 'single value')
  return found
}

function missing(name: string, form: string): TesseraError {
  return new TesseraError('ATTRIBUTE_MISSING', { expected: `a token with the attribute ${name}, a ${form}` })
}

/** The attributes that a rule reads, each once. */
export function attributesIn(rule: RowRule): readonly string[] {
  switch (rule.kind) {
    case 'test':
      return [...new Set(rule.values.kind === 'list' ? [rule.values.attribute] : named(rule.values.of))]
    case 'and':
    case 'or':
      return [...new Set(rule.of.flatMap(attributesIn))]
    case 'not':
      return attributesIn(rule.of)
  }
}

function named(values: readonly RuleValue[]): readonly string[] {
  return values.flatMap((value) => (value.kind === 'attribute' ? [value.attribute] : []))
}
