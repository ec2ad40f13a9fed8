import type { TableAddress, Tenancy } from '../catalogue/catalogue.ts'
import type { Column } from '../catalogue/column.ts'
import type { AggregateExpression, Expression, Predicate } from './select.ts'

/**
 * What a benchmark asks of a warehouse: how one figure is spread over the tenants other than the scope's own. It is no
 * `Select`: nothing of it can be printed by the ordinary printer, nor a select by the one for this.
 */
export interface BenchmarkSelect {
  readonly dataset: string
  readonly table: TableAddress
  readonly tenancy: Extract<Tenancy, { readonly kind: 'column' }>
  /** Those that the window, the figure and the shares name; all of them the table's own. */
  readonly columns: readonly Column[]
  readonly window: Predicate
  /** Of one tenant. */
  readonly figure: Expression
  /** The rows that the figure is made from; a tenant without one is not there. */
  readonly counted: AggregateExpression
  /** What is added up for the figure. As of the rows, no tenant may have more than its share of any of it. */
  readonly sums: readonly AggregateExpression[]
  /** How many tenants there must be. */
  readonly minTenants: number
  readonly maxShare: number
}
