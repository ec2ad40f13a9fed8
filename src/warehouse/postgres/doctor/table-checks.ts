import type { TableAddress } from '../../../catalogue/catalogue.ts'
import { type Check, fine, problem, warning } from '../../doctor.ts'
import { quoteIdentifier } from '../quote.ts'
import type { Subject, TableFacts } from './facts.ts'
import { checkPolicies, checkSharedPolicies, isBoundByTenant } from './policy-checks.ts'

/** From here on a view may read with the rights of whoever asks. */
const versionOfInvokers = 150_000

export interface TableToCheck {
  readonly address: TableAddress
  /** Null: the same rows for every tenant. */
  readonly tenantColumn: string | null
  /** Null where there is no such table. */
  readonly facts: TableFacts | null
  /** Of whom statements run as. */
  readonly role: string
  readonly version: number
}

export function tableChecks({ address, tenantColumn, facts, role, version }: TableToCheck): readonly Check[] {
  const name = `${address.database}.${address.table}`
  if (facts === null) return [problem(name, 'There is no such table.')]
  const schema = quoteIdentifier(address.database)
  const table = `${schema}.${quoteIdentifier(address.table)}`
  const subject = { name, table, schema, role: quoteIdentifier(role), facts }
  const rights = [checkReading(subject), checkWriting(subject), checkOwner(subject)]
  if (tenantColumn === null) return [...rights, ...checkSharedPolicies(subject)]
  if (facts.kind === 'view') return [...rights, checkView(subject, version)]
  if (facts.kind !== 'table' && facts.kind !== 'partitioned table') {
    const what = `Row-level security cannot bind a ${facts.kind}: the tenant's predicate is its only wall.`
    return [...rights, problem(`${name}: row-level security`, what)]
  }
  if (facts.tenantType === null) return [...rights, checkOtherColumn(subject, tenantColumn)]
  return [
    ...rights,
    checkSecured(subject),
    checkForced(subject),
    checkPolicies(subject, tenantColumn, facts.tenantType),
    checkIndex(subject, tenantColumn),
  ]
}

function checkReading({ name, table, schema, role, facts }: Subject): Check {
  const missing = [
    ...(facts.mayUseSchema ? [] : [`GRANT USAGE ON SCHEMA ${schema} TO ${role};`]),
    ...(facts.maySelect ? [] : [`GRANT SELECT ON ${table} TO ${role};`]),
  ]
  if (missing.length === 0) return fine(`${name}: reading`, 'The role may read it.')
  return problem(`${name}: reading`, 'The role may not read it.', missing.join('\n'))
}

function checkWriting({ name, table, facts }: Subject): Check {
  if (facts.writers.length === 0) return fine(`${name}: writing`, 'The role may not write it.')
  const from = facts.writers.map((writer) => (writer === 'PUBLIC' ? writer : quoteIdentifier(writer)))
  const mend = `REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ${table} FROM ${from.join(', ')};`
  return warning(`${name}: writing`, 'The role may write it, which it never does.', mend)
}

function checkOwner({ name, table, role, facts }: Subject): Check {
  if (!facts.isOwner) return fine(`${name}: owner`, 'It is not the role.')
  const isDirect = quoteIdentifier(facts.owner) === role
  const mend = isDirect
    ? `ALTER TABLE ${table} OWNER TO CURRENT_USER;`
    : `REVOKE ${quoteIdentifier(facts.owner)} FROM ${role};`
  const what = 'The role has the rights of the owner, who can take the walls down.'
  return problem(`${name}: owner`, what, `${mend}\nGRANT SELECT ON ${table} TO ${role};`)
}

function checkSecured({ name, table, facts }: Subject): Check {
  const about = `${name}: row-level security`
  if (facts.isSecured) return fine(about, 'It is enabled.')
  return problem(about, 'It is not enabled.', `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;`)
}

function checkForced({ name, table, facts }: Subject): Check {
  const about = `${name}: forced`
  if (facts.isForced) return fine(about, 'Row-level security binds the owner as well.')
  const what = 'Row-level security does not bind the owner, nor what the owner made to read it by.'
  return problem(about, what, `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;`)
}

function checkIndex({ name, table, facts }: Subject, tenantColumn: string): Check {
  const about = `${name}: index`
  const compared = facts.isCast ? `the text of ${tenantColumn}` : tenantColumn
  if (facts.isIndexed) return fine(about, `One begins with ${compared}.`)
  const how = facts.kind === 'table' ? 'INDEX CONCURRENTLY' : 'INDEX'
  const column = quoteIdentifier(tenantColumn)
  const mend = `CREATE ${how} ON ${table} (${facts.isCast ? `(${column}::text)` : column});`
  return warning(about, `None begins with ${compared}: each question reads the rows of all tenants.`, mend)
}

/** A table that a view reads, and that calls its tenant otherwise. */
function checkOtherColumn({ name, facts }: Subject, tenantColumn: string): Check {
  const about = `${name}: row-level security`
  if (isBoundByTenant(facts)) return fine(about, 'It binds the rows by a column of another name.')
  return problem(
    about,
    `There is no column ${tenantColumn}, and no policy that binds the rows by another one.`,
  )
}

function checkView({ name, table, facts }: Subject, version: number): Check {
  const about = `${name}: invoker`
  if (facts.isInvoker) return fine(about, 'The view reads with the rights of whoever asks.')
  const what = 'The view reads with the rights of its owner, past the policies of its tables.'
  if (version < versionOfInvokers) return problem(about, `${what} PostgreSQL 15 has others.`)
  return problem(about, what, `ALTER VIEW ${table} SET (security_invoker = true);`)
}
