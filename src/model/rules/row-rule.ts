import type { DatasetDefinition } from '../document.ts'
import type { RowRuleDefinition } from '../permission-document.ts'
import type { Path } from '../problem.ts'
import { wordsOf } from '../row-rules.ts'
import { knownDimension, type Rules } from './lookup.ts'

/** What a question's own filters may be. */
const maxDepth = 10
const maxTests = 200

/** That each row rule is a test of a dimension of the dataset or a combination of such tests. */
export function checkRowRules(rules: Rules, dataset: DatasetDefinition, path: Path): void {
  for (const [index, rule] of (dataset.rowRules ?? []).entries()) {
    const at = [...path, 'rowRules', index]
    if (dimensionsOf(rule).length > maxTests) rules.report(at, `at most ${maxTests} tests`)
    checkRowRule(rules, dataset, rule, at, 1)
  }
}

const formText =
  'either a dimension with one of equals, in, greaterThan, greaterThanOrEquals, lessThan, lessThanOrEquals, between, or one of and, or, not'

function checkRowRule(
  rules: Rules,
  dataset: DatasetDefinition,
  rule: RowRuleDefinition,
  path: Path,
  depth: number,
): void {
  if (depth > maxDepth) {
    rules.report(path, `at most ${maxDepth} levels of and, or and not`)
    return
  }
  const { dimension, and, or, not } = rule
  const forms = [dimension, and, or, not].filter((form) => form !== undefined)
  const words = wordsOf(rule)
  const isSound = forms.length === 1 && words.length === (dimension === undefined ? 0 : 1)
  if (!isSound) rules.report(path, formText)
  if (dimension !== undefined) knownDimension(rules, dataset, dimension, [...path, 'dimension'])
  checkParts(rules, dataset, { parts: and, path: [...path, 'and'], depth })
  checkParts(rules, dataset, { parts: or, path: [...path, 'or'], depth })
  if (not !== undefined) checkRowRule(rules, dataset, not, [...path, 'not'], depth + 1)
}

interface Parts {
  readonly parts: readonly RowRuleDefinition[] | undefined
  readonly path: Path
  readonly depth: number
}

/** An `or` of nothing would close the dataset, and an `and` of nothing say nothing: neither was meant. */
function checkParts(rules: Rules, dataset: DatasetDefinition, { parts, path, depth }: Parts): void {
  if (parts?.length === 0) rules.report(path, 'at least one rule')
  for (const [index, part] of (parts ?? []).entries()) {
    checkRowRule(rules, dataset, part, [...path, index], depth + 1)
  }
}

function dimensionsOf({ dimension, and = [], or = [], not }: RowRuleDefinition): readonly string[] {
  return [
    ...(dimension === undefined ? [] : [dimension]),
    ...[...and, ...or, ...(not === undefined ? [] : [not])].flatMap(dimensionsOf),
  ]
}
