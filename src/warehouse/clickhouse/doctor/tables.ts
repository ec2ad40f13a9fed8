import { type Check, fine, problem, type TableUse, warning } from '../../doctor.ts'
import { quoteIdentifier } from '../quote.ts'
import type { Look } from './look.ts'

/** A table as the engine has it. */
interface Found {
  readonly database: string
  readonly table: string
  readonly engine: string
  readonly definition: string
  readonly sortingKey: string
}

/** Whether it is there and can be read, how its rows are found, and what the server does to them by itself. */
export async function* checkTable(
  look: Look,
  { address: { database, table }, tenantColumn }: TableUse,
  user: string,
): AsyncGenerator<Check> {
  const name = `${database}.${table}`
  const found = await findTable(look, database, table)
  const grant = `GRANT SELECT ON ${quoted(database, table)} TO ${quoteIdentifier(user)};`
  if (found === null) {
    return yield problem(name, `It is not there, or ${user} may not see it.`, grant)
  }
  const told = await look.ask(
    `SELECT ${tenantColumn === null ? 'count()' : quoteIdentifier(tenantColumn)} FROM ${quoted(database, table)} LIMIT 0`,
  )
  if ('code' in told) {
    const isRefused = told.code === '497'
    return yield problem(name, isRefused ? `${user} may not read it.` : said(told), isRefused ? grant : null)
  }
  if (found.engine === 'Distributed') yield* checkDistributed(look, found, tenantColumn, name)
  else {
    yield fine(name, `${found.engine}.`)
    if (tenantColumn !== null) yield* checkSortingKey(look, found, tenantColumn, name, null)
  }
  if (found.engine.startsWith('Replicated')) yield* checkReplica(look, found, name)
  yield* checkRowPolicies(look, found, name)
}

async function findTable(look: Look, database: string, table: string): Promise<Found | null> {
  const told = await look.ask(
    'SELECT engine, engine_full, sorting_key FROM system.tables WHERE database = {p0:String} AND name = {p1:String}',
    database,
    table,
  )
  const [row] = 'rows' in told ? told.rows : []
  if (row === undefined) return null
  const [engine, definition, sortingKey] = row.map(String)
  return { database, table, engine: engine ?? '', definition: definition ?? '', sortingKey: sortingKey ?? '' }
}

/** `Distributed('cluster', 'database', 'table'[, sharding key[, policy]])`. */
const distributed =
  /^Distributed\('?(?<cluster>[^',]+)'?, '?(?<database>[^',]*)'?, '?(?<table>[^',)]+)'?(?:, (?<key>.+))?\)/

async function* checkDistributed(
  look: Look,
  { definition }: Found,
  tenantColumn: string | null,
  name: string,
): AsyncGenerator<Check> {
  const { cluster = '', database = '', table = '', key } = distributed.exec(definition)?.groups ?? {}
  const told = await look.ask(
    'SELECT uniqExact(shard_num), count() FROM system.clusters WHERE cluster = {p0:String}',
    cluster,
  )
  const [[shards, replicas] = []] = 'rows' in told ? told.rows : []
  // None where the name is a macro of the server's, such as {cluster}.
  const size = Number(shards ?? 0) === 0 ? '' : ` of ${shards} shards on ${replicas} servers`
  const sharding = key === undefined ? 'without a sharding key' : `sharded by ${key}`
  yield fine(name, `Distributed over the cluster ${cluster}${size}, ${sharding}.`)
  if (tenantColumn === null) return
  const local = await findTable(look, database, table)
  if (local !== null) return yield* checkSortingKey(look, local, tenantColumn, name, cluster)
  yield warning(
    `${name}: sorting key`,
    `${database}.${table}, which it reads, cannot be seen on this server.`,
  )
}

async function* checkSortingKey(
  look: Look,
  found: Found,
  tenantColumn: string,
  name: string,
  cluster: string | null,
): AsyncGenerator<Check> {
  if (!found.engine.endsWith('MergeTree')) return
  const label = `${name}: sorting key`
  const of = cluster === null ? 'It' : `That of ${found.database}.${found.table}`
  if (startsWith(found.sortingKey, tenantColumn))
    return yield fine(label, `${of} starts with ${tenantColumn}.`)
  const projections = await look.ask(
    'SELECT name FROM system.projections WHERE database = {p0:String} AND table = {p1:String} AND sorting_key[1] = {p2:String}',
    found.database,
    found.table,
    tenantColumn,
  )
  const [[projection] = []] = 'rows' in projections ? projections.rows : []
  if (projection !== undefined) {
    return yield fine(label, `The projection ${projection} is sorted by ${tenantColumn}.`)
  }
  const onCluster = cluster === null ? '' : ` ON CLUSTER ${quoteIdentifier(cluster)}`
  const alter = `ALTER TABLE ${quoted(found.database, found.table)}${onCluster}`
  const by = quoteIdentifier(tenantColumn)
  const own = quoteIdentifier(`by_${tenantColumn}`)
  yield warning(
    label,
    `${of} is (${found.sortingKey}) and does not start with ${tenantColumn}: a question of one tenant reads the rows of all.`,
    [
      ...(mergesRows(found.engine)
        ? [`${alter} MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';`]
        : []),
      `${alter} ADD PROJECTION ${own} (SELECT * ORDER BY ${by});`,
      `${alter} MATERIALIZE PROJECTION ${own};`,
    ].join('\n'),
  )
}

/** Such a table takes a projection only where it is told what becomes of that when rows are merged into one. */
function mergesRows(engine: string): boolean {
  return !/^(Replicated|Shared)?MergeTree$/.test(engine)
}

function startsWith(sortingKey: string, column: string): boolean {
  const [first = ''] = sortingKey.split(/,(?![^(]*\))/)
  return first.trim() === column || first.trim() === quoteIdentifier(column)
}

/** How long a replica may be behind before figures look old. */
const lateSeconds = 300

async function* checkReplica(look: Look, { database, table }: Found, name: string): AsyncGenerator<Check> {
  const told = await look.ask(
    'SELECT is_readonly, absolute_delay, active_replicas, total_replicas FROM system.replicas WHERE database = {p0:String} AND table = {p1:String}',
    database,
    table,
  )
  const [row] = 'rows' in told ? told.rows : []
  if (row === undefined) return
  const [isReadonly, delay, active, total] = row.map(Number)
  const label = `${name}: replica`
  const count = `${active} of ${total} replicas are active`
  if (isReadonly === 1) {
    yield warning(
      label,
      `It has lost its keeper and takes no new rows; ${count}.`,
      `SYSTEM RESTART REPLICA ${quoted(database, table)};`,
    )
  } else if ((delay ?? 0) > lateSeconds) yield warning(label, `It is ${delay} seconds behind; ${count}.`)
  else yield fine(label, `${count}.`)
}

async function* checkRowPolicies(
  look: Look,
  { database, table }: Found,
  name: string,
): AsyncGenerator<Check> {
  const told = await look.ask(
    `SELECT short_name, select_filter FROM system.row_policies
WHERE database = {p0:String} AND table IN ({p1:String}, '')`,
    database,
    table,
  )
  // Who may not see them has none to look after.
  for (const [policy, filter] of 'rows' in told ? told.rows : []) {
    yield fine(`${name}: row policy`, `${policy}: ${filter ?? 'no condition'}.`)
  }
}

function quoted(database: string, table: string): string {
  return `${quoteIdentifier(database)}.${quoteIdentifier(table)}`
}

function said({ code, words }: { readonly code: string; readonly words: string }): string {
  return words === '' ? `It cannot be read: ${code}.` : `It cannot be read: ${code} ${words}`
}
