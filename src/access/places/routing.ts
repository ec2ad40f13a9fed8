/** What a model says of where its tenants' rows are. */
export interface Routing {
  /** Null where every dataset says where it is. */
  readonly rule: PlaceRule | null
  /** By name. */
  readonly sources: ReadonlyMap<string, RoutedSource>
  /** Where the datasets are that are in one place for all. */
  readonly fixed: readonly FixedPlace[]
}

/** A place that is no tenant's own, whatever it is called. */
export interface FixedPlace {
  readonly dataSource: string
  /** The database of ClickHouse or the schema of PostgreSQL. */
  readonly namespace: string
  /** The database of PostgreSQL that it is in; null where the model doesn't name it. */
  readonly database: string | null
}

/** For tenants who have no entry of their own, and for what an entry leaves open; `database` and `schema` are templates. */
export interface PlaceRule extends PlaceMembers {
  readonly region: string | null
}

/** What may be said of a place. */
export interface PlaceMembers {
  readonly dataSource: string | null
  readonly database: string | null
  readonly schema: string | null
}

export interface RoutedSource {
  readonly engine: 'clickhouse' | 'postgres'
  /** The database or schema that tables are in where nobody says otherwise. */
  readonly namespace: string
  readonly region: string | null
}

export const nowhere: Routing = Object.freeze({ rule: null, sources: new Map(), fixed: [] })
