import { type Check, fine, problem, warning } from '../../doctor.ts'
import { quoteIdentifier } from '../quote.ts'
import type { PolicyFacts, Subject, TableFacts } from './facts.ts'
import { bindsByText } from './policy-text.ts'

const setting = /current_setting\('app\.tenant_id'/

/**
 * Permissive policies open, each of them; restrictive ones must all hold: a row is shown where one of the former lets it through
 * and all of the latter do.
 */
export function checkPolicies(subject: Subject, tenantColumn: string, tenantType: string): Check {
  const { name, table, role, facts } = subject
  const about = `${name}: policies`
  const using = `USING (${tenantPredicate(tenantColumn, tenantType)})`
  const permissive = facts.policies.filter(({ isPermissive }) => isPermissive)
  const restrictive = facts.policies.filter(({ isPermissive }) => !isPermissive)
  if (permissive.length === 0) {
    const mend = `CREATE POLICY ${newName(facts, 'tessera_tenant')} ON ${table} FOR SELECT TO ${role}\n  ${using};`
    return problem(about, 'None lets the role see a row.', mend)
  }
  const binds = ({ expression }: PolicyFacts) => bindsByText(expression, tenantColumn)
  if (permissive.every(binds) || restrictive.some(binds))
    return fine(about, 'They show a tenant its own rows.')
  const created = `CREATE POLICY ${newName(facts, 'tessera_tenant_only')} ON ${table}`
  const mend = `${created} AS RESTRICTIVE FOR SELECT TO ${role}\n  ${using};`
  const mayBind = (policy: PolicyFacts) => policy.readsTenant && readsSetting(policy)
  const open = permissive.filter((policy) => !mayBind(policy))
  if (open.length > 0 && !restrictive.some(mayBind)) {
    return problem(about, `${namesOf(open)} shows rows of any tenant.`, mend)
  }
  const unclear = permissive.filter((policy) => !binds(policy))
  return warning(about, `What ${namesOf(unclear)} shows cannot be told from its text.`, mend)
}

function namesOf(policies: readonly PolicyFacts[]): string {
  return policies.map(({ name }) => name).join(' and ')
}

/** Of a table that is the same for every tenant. */
export function checkSharedPolicies({ name, table, role, facts }: Subject): readonly Check[] {
  if (!facts.isSecured || facts.policies.some(({ isPermissive }) => isPermissive)) return []
  const mend = `CREATE POLICY ${newName(facts, 'tessera_shared')} ON ${table} FOR SELECT TO ${role}\n  USING (true);`
  const what = 'Row-level security is enabled, and none lets the role see a row.'
  return [problem(`${name}: policies`, what, mend)]
}

/** Whatever the tenant's column is called. */
export function isBoundByTenant({ isSecured, isForced, policies }: TableFacts): boolean {
  const permissive = policies.filter(({ isPermissive }) => isPermissive)
  const bound =
    permissive.every(readsSetting) || policies.some((policy) => !policy.isPermissive && readsSetting(policy))
  return isSecured && isForced && permissive.length > 0 && bound
}

function readsSetting({ expression }: PolicyFacts): boolean {
  return setting.test(expression)
}

/**
 * The setting is read once for a statement and not for each row; one that was there before is empty and not missing. Any type
 * but text is compared by its text, so that an id that is none of the type finds nothing in place of an error.
 */
function tenantPredicate(tenantColumn: string, type: string): string {
  const column = quoteIdentifier(tenantColumn)
  const compared = type === 'text' || type === 'varchar' ? column : `${column}::text`
  return `${compared} = (SELECT nullif(current_setting('app.tenant_id', true), ''))`
}

function newName({ policyNames }: TableFacts, wanted: string): string {
  const taken = new Set(policyNames)
  let name = wanted
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}_${count}`
  return quoteIdentifier(name)
}
