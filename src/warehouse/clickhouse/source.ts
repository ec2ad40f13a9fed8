/** A server or cluster of ClickHouse over HTTP. */
export interface ClickHouseSource {
  readonly name: string
  readonly kind: 'clickhouse'
  /**
   * At least one. All of them answer from the same rows: nodes of one cluster, or ways to one server. A name and
   * password of the environment's may stand in them, and hold where `username` is left out.
   */
  readonly urls: readonly string[]
  readonly username?: string
  readonly password?: string
  readonly tls?: TlsFiles
}

/** In PEM: the authority that signs the server's certificate, and a certificate and key of our own. */
export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** The engine inside the process, over a folder. */
export interface ChdbSource {
  readonly name: string
  readonly kind: 'chdb'
  readonly path: string
}
