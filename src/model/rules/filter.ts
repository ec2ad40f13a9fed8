import { type FilterOperator, fitsOperator, valueCounts } from '../../access/grants.ts'
import type { FilterInput } from '../../catalogue/inputs.ts'
import type { DatasetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { knownDimension, type Rules } from './lookup.ts'

/** That each filter is a test of a dimension of the dataset or a combination of such tests. */
export function checkFilters(
  rules: Rules,
  dataset: DatasetDefinition,
  filters: readonly FilterInput[] | null | undefined,
  path: Path,
): void {
  for (const [index, filter] of (filters ?? []).entries())
    checkFilter(rules, dataset, filter, [...path, index])
}

function checkFilter(rules: Rules, dataset: DatasetDefinition, filter: FilterInput, path: Path): void {
  const { dimension, operator, values, and, or, not } = filter
  const forms = [dimension, and, or, not].filter((form) => form !== undefined)
  if (forms.length !== 1) rules.report(path, 'either a test of one dimension, or one of and, or, not')
  if (dimension != null) {
    knownDimension(rules, dataset, dimension, [...path, 'dimension'])
    checkValueCount(rules, operator ?? 'EQUALS', values, path)
  } else if (operator !== undefined || values !== undefined) {
    rules.report(path, 'operator and values beside a dimension alone')
  }
  checkFilters(rules, dataset, and, [...path, 'and'])
  checkFilters(rules, dataset, or, [...path, 'or'])
  if (not != null) checkFilter(rules, dataset, not, [...path, 'not'])
}

export function checkValueCount(
  rules: Rules,
  operator: FilterOperator,
  values: readonly unknown[] | null | undefined,
  path: Path,
): void {
  const { least, most } = valueCounts[operator]
  const isMissing = values == null && most > 0
  if (!isMissing && fitsOperator(operator, values?.length ?? 0)) return
  const count = least === most ? String(least) : `${Math.max(least, 1)} to ${most}`
  const words = most === 0 ? 'no values' : `${count} ${most === 1 ? 'value' : 'values'}`
  rules.report(values == null ? path : [...path, 'values'], `${words} with ${operator}`)
}
