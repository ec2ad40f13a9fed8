import { TesseraError } from '../errors.ts'
import type { Obstacle } from './target.ts'

/**
 * The failure of a data source as it may be logged: a driver's own words may hold the host and the user, which may come from a
 * secret. Other failures are a statement's.
 */
export function withoutAddress(error: unknown, dataSource: string): unknown {
  if (!(error instanceof TesseraError) || error.code !== 'WAREHOUSE_UNAVAILABLE') return error
  const { retryAfterSeconds } = error.details
  const code = codeIn(error)
  const cause = Object.assign(new Error(`The data source ${dataSource} cannot be used: ${code}`), { code })
  return new TesseraError('WAREHOUSE_UNAVAILABLE', {
    cause,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

/** What a connection that was tried lacks, and where the document says it. */
export function obstacleIn(error: unknown): Obstacle {
  const code = codeIn(error)
  const [, path, expected] = meanings.find(([pattern]) => pattern.test(code)) ?? otherwise
  return { path: [path], expected: `${expected} (${code})` }
}

type Meaning = readonly [pattern: RegExp, path: 'url' | 'user' | 'role', expected: string]

const meanings: readonly Meaning[] = [
  [
    /^ClickHouse (192|193|194|516)\b|^PostgreSQL 28|SASL/,
    'user',
    'a user and password that the server accepts',
  ],
  [/^PostgreSQL 3D/, 'url', 'a database that exists'],
  [/^PostgreSQL: encoding/, 'url', 'a database whose encoding is UTF8'],
  [/role is taken/, 'role', 'a role that the user may take'],
  [/^QUERY_TIMEOUT$/, 'url', 'a server that answers within 5 seconds'],
  [/CERT|SELF_SIGNED|UNABLE_TO_/, 'url', 'a server whose certificate can be verified'],
  [/^ADDRESS_REFUSED$/, 'url', 'an address that data sources may have, as TESSERA_DATA_SOURCE_NETWORKS says'],
]

const otherwise: Meaning = [/^/, 'url', 'a server that can be reached']

/** The innermost code, or what our own words say in its place; never the words of a driver. */
function codeIn(error: unknown): string {
  let found = 'unknown'
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && each.code !== 'WAREHOUSE_UNAVAILABLE')
      found = each.code
    else if (/^(ClickHouse \d+ \w+|PostgreSQL:? [\w ]+)$/.test(each.message)) found = each.message
  }
  return found
}
