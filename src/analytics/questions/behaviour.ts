import { granularities } from '../../access/grants.ts'
import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { FilterInput } from '../../catalogue/inputs.ts'
import { TesseraError } from '../../errors.ts'
import { allOf, always, anyOf, negate, type Output, type Predicate } from '../../warehouse/select.ts'
import { type Asking, timeColumn, timeDimensionOf } from '../asking.ts'
import { columnOf, maxTests, parseFilters } from '../filter.ts'
import { requireDataset, requireDimension } from '../visible.ts'
import { dimensionsOf } from '../widget-question.ts'
import { keyName } from './ranking.ts'

/** Who does things in the rows of a dataset, and when: what funnels and retention are about. */
export interface Behaviour {
  readonly dataset: Dataset
  readonly entity: Dimension
}

/** @throws NOT_FOUND, DIMENSION_NOT_ALLOWED, BAD_USER_INPUT */
export function parseBehaviour(
  { visible }: Asking,
  input: { readonly dataset: string; readonly entity: string },
): Behaviour {
  const dataset = requireDataset(visible, input.dataset, 'input.dataset')
  timeDimensionOf(dataset, 'input.dataset')
  return { dataset, entity: requireDimension(visible, dataset, input.entity, 'input.entity') }
}

/** One row for each entity; rows without an entity or a time are nobody's. */
export function rowsOfEntities({ dataset, entity }: Behaviour): Predicate {
  const columns = [columnOf(dataset, entity), timeColumn(dataset)]
  return allOf(columns.map((of) => negate({ kind: 'is_null', of })))
}

/** As the engine has it, so that rows can be looked up among the entities. */
export function entityOutput({ dataset, entity }: Behaviour): Output {
  return { name: keyName(0), expression: { kind: 'raw', of: columnOf(dataset, entity) } }
}

/** @throws what filters are refused with */
export function parseCondition(
  { visible }: Asking,
  dataset: Dataset,
  filters: readonly FilterInput[] | null | undefined,
  argument: string,
): Predicate {
  const find = (name: string, at: string) => requireDimension(visible, dataset, name, at)
  return parseFilters(dataset, filters, find, argument)
}

/** The rows that one of the conditions is about. */
export function rowsOfAny(conditions: readonly Predicate[]): Predicate {
  const isAboutAll = conditions.some((condition) => condition.kind === 'constant' && condition.value)
  return isAboutAll ? always : anyOf(conditions)
}

/** Each list of filters is bounded by itself, a question's lists together as well. */
export function checkTestCount(lists: readonly (readonly FilterInput[] | null | undefined)[]): void {
  if (lists.flatMap(dimensionsOf).length <= maxTests) return
  throw new TesseraError('QUERY_TOO_LARGE', { expected: `at most ${maxTests} tests in one question` })
}

/**
 * Whether a token may be told which of two rows came first. An order of instants tells times more finely than any
 * grain; a date is as fine as a day.
 */
export function mayTellOrder({ scope }: Asking, dataset: Dataset): boolean {
  const { minGranularity } = scope.permissions
  if (minGranularity === null) return true
  const { kind } = timeColumn(dataset).column.type
  return kind === 'date' && granularities.indexOf(minGranularity) <= granularities.indexOf('DAY')
}
