import type { Scope } from '../access/scope.ts'
import type { BenchmarkSelect } from './benchmark-select.ts'
import type { Limits } from './limits.ts'
import type { Select } from './select.ts'
import type { Statement } from './statement.ts'

/**
 * How one engine is asked: the only producer of its SQL. Each table is read as a subquery under the tenant's predicate, before
 * any join and before anything that a guest wrote; values are parameters; names come from the model, never from a request.
 */
export interface Dialect {
  /** As in messages: `ClickHouse`. */
  readonly name: string
  /**
   * For `Warehouse.run`.
   * @throws QUERY_TOO_LARGE, PolicyViolation
   */
  printStatement(select: Select, scope: Scope, limits: Limits): Statement
  /** The same for `Warehouse.stream`. */
  printStream(select: Select, scope: Scope, limits: Limits): Statement
  printBenchmark(select: BenchmarkSelect, scope: Scope, limits: Limits): Statement
  /** Why there is no sound form of this kind of question here; null where there is one. Models that need it are refused. */
  lacks(feature: Feature): string | null
}

/** What an engine may have no sound form for. */
export type Feature = (typeof features)[number]

export const features = [
  'benchmark',
  'count_distinct_approximate',
  'funnel',
  'quantile',
  'quantile_approximate',
  'retention',
] as const
