import { randomUUID } from 'node:crypto'
import type { TableAddress } from '../../../catalogue/catalogue.ts'
import type { TesseraError } from '../../../errors.ts'
import type { Logger } from '../../../log.ts'
import { createBounds } from '../../bounds.ts'
import { type Check, fine, problem, type TableUse, warning } from '../../doctor.ts'
import { type Ask, createAsk } from '../ask.ts'
import { createConnections } from '../connections.ts'
import type { RunText } from '../describe.ts'
import { failureOf } from '../failure.ts'
import { quoteIdentifier } from '../quote.ts'
import { createRunner } from '../run.ts'
import { tenantSetting } from '../session.ts'
import { addressOf, type PostgresSource } from '../source.ts'
import { sourceFacts, tableFacts } from './facts.ts'
import { sourceChecks } from './source-checks.ts'
import { tableChecks } from './table-checks.ts'

/**
 * Whether the second wall stands for these tables, and what is missing where it does not. Looks at the catalogs as whoever
 * connects, and at the tables as the role.
 */
export async function* checkPostgres(
  source: PostgresSource,
  tables: readonly TableUse[],
  log: Logger,
): AsyncGenerator<Check> {
  const close: (() => Promise<void>)[] = []
  try {
    const { asLogin, asRole, end } = openTexts(source, log)
    close.push(end)
    yield* checkAll(source, tables, asLogin, asRole)
  } catch (error) {
    yield unreachable(failureOf(error))
  } finally {
    for (const end of close) await end()
  }
}

/** One connection, used as whoever connects and as the role. */
function openTexts(source: PostgresSource, log: Logger) {
  const address = addressOf(source)
  const connections = createConnections({ name: source.name, address, max: 1, log })
  const bounds = createBounds()
  const askAs = (role: string | null) => createAsk(createRunner({ address, role, connections, log }), bounds)
  return { asLogin: askAs(null), asRole: askAs(source.role), end: connections.close }
}

async function* checkAll(
  { role }: PostgresSource,
  tables: readonly TableUse[],
  asLogin: Ask,
  asRole: Ask,
): AsyncGenerator<Check> {
  const look: RunText = (text, options) => asLogin(text, {}, options)
  const facts = await sourceFacts(look, role)
  const found = [...sourceChecks(facts, role)]
  yield* found
  if (facts.role === null) return
  const seen = new Set<string>()
  const left = [...tables]
  const toTry: Tried[] = []
  for (let use = left.shift(); use !== undefined; use = left.shift()) {
    const { address, tenantColumn } = use
    const key = JSON.stringify([address, tenantColumn])
    if (seen.has(key)) continue
    seen.add(key)
    const about = await tableFacts(look, role, address, tenantColumn)
    const checks = tableChecks({ ...use, facts: about, role: role ?? facts.login, version: facts.version })
    yield* checks
    found.push(...checks)
    if (tenantColumn === null) continue
    toTry.push({ address, isEmpty: about?.isEmpty === true })
    left.push(...(about?.reads ?? []).map((read) => ({ address: read, tenantColumn })))
  }
  if (found.some(({ outcome }) => outcome === 'problem')) return
  for (const tried of toTry) yield await tryTable(asRole, tried)
}

interface Tried {
  readonly address: TableAddress
  readonly isEmpty: boolean
}

/** Whether a table shows a row to a statement of nobody, or of a tenant that is not there: what no policy may do, whatever it says. */
async function tryTable(asRole: Ask, { address, isEmpty }: Tried): Promise<Check> {
  const { database, table } = address
  const name = `${database}.${table}: trial`
  if (isEmpty) return warning(name, 'It has no row to try with.')
  const text = `SELECT EXISTS (SELECT FROM ${quoteIdentifier(database)}.${quoteIdentifier(table)})`
  const options = { signal: undefined, timeoutMs: 5_000 }
  try {
    for (const settings of [{}, { [tenantSetting]: randomUUID() }]) {
      const [shown] = await asRole({ text, values: [] }, settings, options)
      if (shown?.[0] !== false) return problem(name, 'It shows rows to a tenant that is not there.')
    }
    return fine(name, 'It shows no row to a tenant that is not there.')
  } catch (error) {
    const { code } = failureOf(error)
    return warning(name, `It could not be tried: ${code}.`)
  }
}

function unreachable({ code, cause }: TesseraError): Check {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return problem('connection', `It ends with ${code}${why}.`)
}
