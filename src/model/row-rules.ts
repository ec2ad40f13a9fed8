import type { FilterOperator } from '../access/grants.ts'
import type { RowRule, RuleValue, RuleValues } from '../catalogue/row-rule.ts'
import type { RowRuleDefinition, RuleValueDefinition } from './permission-document.ts'

/** The comparisons that a rule may make, by their words in the document. */
export const ruleOperators = {
  equals: 'EQUALS',
  in: 'EQUALS',
  greaterThan: 'GREATER_THAN',
  greaterThanOrEquals: 'GREATER_THAN_OR_EQUALS',
  lessThan: 'LESS_THAN',
  lessThanOrEquals: 'LESS_THAN_OR_EQUALS',
  between: 'BETWEEN',
} as const satisfies Partial<Record<keyof RowRuleDefinition, FilterOperator>>

export type RuleWord = keyof typeof ruleOperators

const words: readonly RuleWord[] = [
  'equals',
  'in',
  'greaterThan',
  'greaterThanOrEquals',
  'lessThan',
  'lessThanOrEquals',
  'between',
]

/** The comparisons that a definition makes; a sound one makes exactly one, or is one of and, or, not. */
export function wordsOf(definition: RowRuleDefinition): readonly RuleWord[] {
  return words.filter((word) => definition[word] !== undefined)
}

/** A rule that the checks let pass, in the form that it is evaluated in. */
export function buildRowRule(definition: RowRuleDefinition): RowRule {
  const { dimension, and, or, not } = definition
  if (and !== undefined) return { kind: 'and', of: and.map(buildRowRule) }
  if (or !== undefined) return { kind: 'or', of: or.map(buildRowRule) }
  if (not !== undefined) return { kind: 'not', of: buildRowRule(not) }
  const [word] = wordsOf(definition)
  if (dimension === undefined || word === undefined) throw new Error('A row rule tests nothing.')
  return { kind: 'test', dimension, operator: ruleOperators[word], values: ruleValues(definition, word) }
}

function ruleValues(definition: RowRuleDefinition, word: RuleWord): RuleValues {
  if (word === 'in') {
    const { in: among = [] } = definition
    return Array.isArray(among)
      ? { kind: 'each', of: among.map(ruleValue) }
      : { kind: 'list', attribute: among.attribute }
  }
  if (word === 'between') return { kind: 'each', of: (definition.between ?? []).map(ruleValue) }
  return { kind: 'each', of: [ruleValue(definition[word] ?? null)] }
}

function ruleValue(value: RuleValueDefinition): RuleValue {
  if (typeof value === 'object' && value !== null) return { kind: 'attribute', attribute: value.attribute }
  return { kind: 'literal', value }
}
