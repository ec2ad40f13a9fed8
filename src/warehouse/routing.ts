import { connectedTo, namespaceOf } from '../access/places/place.ts'
import type { Scope } from '../access/scope.ts'
import type { Dataset, TableAddress } from '../catalogue/catalogue.ts'
import { TesseraError } from '../errors.ts'
import { PolicyViolation } from '../violation.ts'
import type { Read } from './select.ts'
import type { Warehouse } from './warehouse.ts'
import type { WarehousePlace, Warehouses } from './warehouses.ts'

/** The warehouse that answers, and as what it was looked up. */
export interface Route {
  readonly warehouse: Warehouse
  readonly at: WarehousePlace
}

/**
 * Which warehouse answers for a dataset.
 * @throws TesseraError NOT_FOUND where its rows are in a place that the tenant has not, WAREHOUSE_UNAVAILABLE
 */
export function routeTo(dataset: Dataset, scope: Scope, warehouses: Warehouses): Route {
  const at = whereIs(dataset, scope)
  if (at === null) throw new TesseraError('NOT_FOUND')
  const warehouse = warehouses.find(at)
  if (warehouse === null) throw new TesseraError('WAREHOUSE_UNAVAILABLE')
  return { warehouse, at }
}

function whereIs({ dataSource }: Dataset, { place }: Scope): WarehousePlace | null {
  if (dataSource !== null) return { dataSource, database: null }
  return place === null ? null : { dataSource: place.dataSource, database: connectedTo(place) }
}

/** The dataset that a read is for; an alias is its name, with a mark where it is read whole. */
export function datasetOf({ alias }: Pick<Read, 'alias'>): string {
  return alias.replace(/!$/, '')
}

/**
 * The address of a read, for printers: what stands before the name of a routed table is the scope's place and nothing else.
 * @throws PolicyViolation where the tenant has none, or none of its own that the table must be in
 */
export function addressOf(
  { table, tenancy }: Pick<Read, 'table' | 'tenancy'>,
  { place }: Scope,
): TableAddress {
  if (tenancy.kind === 'own' && (table.database !== null || place?.isOwn !== true)) {
    throw new PolicyViolation(
      'tenancy_missing',
      "A table without a tenant's column must be in a place of its own.",
    )
  }
  if (table.database !== null) return table
  const database = place === null ? null : namespaceOf(place)
  if (database === null) throw new PolicyViolation('place_mismatch', 'A routed table needs a place.')
  return { database, table: table.table }
}
