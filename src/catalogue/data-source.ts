/** Where a value is kept that may be a secret: a variable of the process's environment, or a stored secret. */
export type KeptValue = { readonly env: string } | { readonly secret: string }

/** A data source as the model names it. No secret stands in it: only where they are kept. */
export type DataSource = EmbeddedSource | ClickHouseServer | PostgresServer

/** The installation's own warehouse: the embedded one, or what its settings name in the place of it. */
export interface EmbeddedSource {
  readonly name: string
  readonly kind: 'chdb'
}

interface Server {
  readonly name: string
  readonly user: KeptValue | null
  readonly password: KeptValue | null
  readonly tls: Readonly<Record<'ca' | 'cert' | 'key', KeptValue | null>>
  /** How many statements may run at a time; null for the installation's default. */
  readonly connections: number | null
}

export interface ClickHouseServer extends Server {
  readonly kind: 'clickhouse'
  /** Without user and password where they stand here. */
  readonly urls: readonly (string | KeptValue)[]
}

export interface PostgresServer extends Server {
  readonly kind: 'postgres'
  /** Without user and password where it stands here. */
  readonly url: string | KeptValue
  /** What statements run as; null for the user itself. */
  readonly role: string | null
}
