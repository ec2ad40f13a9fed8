import type { Scope } from '../access/scope.ts'
import type { BenchmarkSelect } from './benchmark-select.ts'
import type { Limits } from './limits.ts'
import type { Select } from './select.ts'
import type { StreamOwner } from './stream-places.ts'
import type { RowBatch, Rows, Warehouse } from './warehouse.ts'

/**
 * The one way from a plan to rows: printed for the scope, run under the limits.
 * @throws QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL
 */
export function ask(
  warehouse: Warehouse,
  scope: Scope,
  select: Select,
  { limits, signal }: { limits: Limits; signal: AbortSignal | undefined },
): Promise<Rows> {
  return warehouse.run(warehouse.dialect.printStatement(select, scope, limits), {
    signal,
    timeoutMs: limits.timeoutMs,
  })
}

/**
 * The one way from a plan to more rows than an answer holds.
 * @throws RATE_LIMITED; at any batch: QUERY_TIMEOUT, QUERY_TOO_LARGE, WAREHOUSE_UNAVAILABLE, INTERNAL
 */
export function askStream(
  warehouse: Warehouse,
  scope: Scope,
  select: Select,
  { limits, signal }: { limits: Limits; signal: AbortSignal | undefined },
): AsyncIterable<RowBatch> {
  const { timeoutMs } = limits
  const statement = warehouse.dialect.printStream(select, scope, limits)
  return warehouse.stream(statement, { signal, timeoutMs, owner: ownerOf(scope) })
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
export function askBenchmark(
  warehouse: Warehouse,
  scope: Scope,
  select: BenchmarkSelect,
  { limits, signal }: { limits: Limits; signal: AbortSignal | undefined },
): Promise<Rows> {
  return warehouse.run(warehouse.dialect.printBenchmark(select, scope, limits), {
    signal,
    timeoutMs: limits.timeoutMs,
  })
}
