import type { Warehouse } from './warehouse.ts'

/** Which of an environment's data sources, and where in it. */
export interface WarehousePlace {
  /** Its name in the model. */
  readonly dataSource: string
  /**
   * Another database of the same server, for engines that connect to one at a time (PostgreSQL); null for the one that the
   * definition names. Where a database is a part of a table's address (ClickHouse) there is none but null.
   */
  readonly database: string | null
}

/**
 * The data sources of one environment, as its model defines them: whoever holds it reaches those and no others. Nothing
 * is asked of a store or an engine to find one; it is opened by its first statement.
 */
export interface Warehouses {
  /** Null where the model has no such place. */
  find(place: WarehousePlace): Warehouse | null
}

/** Those that are given, by the name of the data source; each has one database. */
export function warehousesNamed(named: Iterable<readonly [string, Warehouse]>): Warehouses {
  const byName = new Map(named)
  return Object.freeze({
    find: ({ dataSource, database }: WarehousePlace) =>
      database === null ? (byName.get(dataSource) ?? null) : null,
  })
}
