import type { Scope } from '../access/scope.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { BenchmarkSelect } from './benchmark-select.ts'
import { requireForms } from './features.ts'
import type { Limits } from './limits.ts'
import { checkPlaces } from './place-wall.ts'
import type { Route } from './routing.ts'
import type { Select } from './select.ts'
import type { Statement } from './statement.ts'
import type { StreamOwner } from './stream-places.ts'
import type { RowBatch, Rows } from './warehouse.ts'

export interface AskOptions {
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
  readonly catalogue: Pick<Catalogue, 'datasets' | 'routing'>
}

/**
 * The one way from a plan to rows: printed for the scope, looked at once more, run under the limits.
 * @throws NOT_SUPPORTED, QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL
 */
export async function ask(route: Route, scope: Scope, select: Select, options: AskOptions): Promise<Rows> {
  const { limits, signal } = options
  const statement = checked(route, scope, options, ({ dialect }) => {
    requireForms(dialect, select)
    return dialect.printStatement(select, scope, limits)
  })
  return route.warehouse.run(statement, { signal, timeoutMs: limits.timeoutMs })
}

/**
 * The one way from a plan to more rows than an answer holds.
 * @throws RATE_LIMITED; at any batch: QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL
 */
export function askStream(
  route: Route,
  scope: Scope,
  select: Select,
  options: AskOptions,
): AsyncIterable<RowBatch> {
  const { limits, signal } = options
  const statement = checked(route, scope, options, ({ dialect }) =>
    dialect.printStream(select, scope, limits),
  )
  return route.warehouse.stream(statement, { signal, timeoutMs: limits.timeoutMs, owner: ownerOf(scope) })
}

/** Ids of tenants and tokens are unique in an environment alone. */
function ownerOf({ environmentId, tenantId, tokenId }: Scope): StreamOwner {
  const tenant = JSON.stringify([environmentId, tenantId])
  return { tenant, token: JSON.stringify([environmentId, tokenId]) }
}

/**
 * The one way from a benchmark to what may be told of other tenants: at most one row.
 * @throws QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL
 */
export async function askBenchmark(
  route: Route,
  scope: Scope,
  select: BenchmarkSelect,
  options: AskOptions,
): Promise<Rows> {
  const { limits, signal } = options
  const statement = checked(route, scope, options, ({ dialect }) =>
    dialect.printBenchmark(select, scope, limits),
  )
  return route.warehouse.run(statement, { signal, timeoutMs: limits.timeoutMs })
}

function checked(
  { warehouse, at }: Route,
  scope: Scope,
  { catalogue }: AskOptions,
  print: (warehouse: Route['warehouse']) => Statement,
): Statement {
  const statement = print(warehouse)
  checkPlaces({ statement, at }, scope, catalogue)
  return statement
}
