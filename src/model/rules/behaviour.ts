import type { WidgetQuestion } from '../../catalogue/catalogue.ts'
import type { DatasetDefinition } from '../document.ts'
import type { Path } from '../problem.ts'
import { checkFilters } from './filter.ts'
import { checkUnique, knownDimension, type Rules } from './lookup.ts'

/** What stands in questions about rows and those who made them. */
export function checkBehaviour(
  rules: Rules,
  dataset: DatasetDefinition,
  { kind, input }: WidgetQuestion,
  path: Path,
): void {
  if (kind === 'histogram') knownDimension(rules, dataset, input.dimension, [...path, 'dimension'])
  if (kind === 'funnel' || kind === 'retention') {
    knownDimension(rules, dataset, input.entity, [...path, 'entity'])
  }
  if (kind === 'funnel') {
    checkUnique(rules, input.steps, [...path, 'steps'])
    for (const [index, { filters }] of input.steps.entries()) {
      checkFilters(rules, dataset, filters, [...path, 'steps', index, 'filters'])
    }
  }
  if (kind === 'retention') {
    checkFilters(rules, dataset, input.start, [...path, 'start'])
    checkFilters(rules, dataset, input.return, [...path, 'return'])
  }
}
