import { sql } from 'drizzle-orm'
import { pgPolicy, pgRole } from 'drizzle-orm/pg-core'

/** Every transaction runs under it. It owns nothing; the first migration makes it. */
export const runtimeRole = pgRole('tessera_runtime').existing()

/** What a transaction says of itself; empty and unset are the same and match nothing. */
export function setting(name: string) {
  return sql.raw(`nullif(current_setting('app.${name}', true), '')`)
}

const ownEnvironment = sql`organization_id = ${setting('organization_id')}::uuid and environment_id = ${setting('environment_id')}::uuid`
/** An identity without a tenant is the environment's own. One with a tenant reads the environment's rows as well. */
const tenantReads = sql`${ownEnvironment} and (tenant_id is null or ${setting('tenant_id')} is null or tenant_id = ${setting('tenant_id')})`
const tenantWrites = sql`${ownEnvironment} and (${setting('tenant_id')} is null or tenant_id = ${setting('tenant_id')})`

export function policy(name: string, condition = ownEnvironment) {
  return pgPolicy(`${name}_own`, { for: 'all', to: runtimeRole, using: condition, withCheck: condition })
}

/** For rows of which some are a tenant's. */
export function tenantPolicies(name: string) {
  return [
    pgPolicy(`${name}_read`, { for: 'select', to: runtimeRole, using: tenantReads }),
    policy(name, tenantWrites),
  ]
}

/**
 * For what is written once: nothing of it is changed or removed under the runtime role. A tenant reads its own rows, and
 * neither those of no tenant nor the alarms about itself.
 */
export function appendOnlyPolicies(name: string) {
  const ownRows = sql`tenant_id = ${setting('tenant_id')} and kind <> 'policy.violated'`
  const reads = sql`${ownEnvironment} and (${setting('tenant_id')} is null or ${ownRows})`
  return [
    pgPolicy(`${name}_read`, { for: 'select', to: runtimeRole, using: reads }),
    pgPolicy(`${name}_own`, { for: 'insert', to: runtimeRole, withCheck: tenantWrites }),
  ]
}

/**
 * What the function that blanks what is told of an erased tenant may see and leave behind: of the caller's own environment, and
 * nothing that says anything.
 */
export function blankedPolicies(name: string) {
  const using = sql`${ownEnvironment} and tenant_id is not null and ${setting('tenant_id')} is null`
  const blank = sql`${using} and subject is null and address is null and detail is null`
  return [
    pgPolicy(`${name}_blanked_select`, { for: 'select', to: 'current_user', using }),
    pgPolicy(`${name}_blanked_update`, { for: 'update', to: 'current_user', using, withCheck: blank }),
  ]
}

/** What the same function may see of tenants: tombstones of the caller's own environment. */
export function erasedPolicy(name: string) {
  const using = sql`${ownEnvironment} and erased_at is not null and ${setting('tenant_id')} is null`
  return pgPolicy(`${name}_erased_select`, { for: 'select', to: 'current_user', using })
}

/** What the function that sweeps up may see and remove, which runs as the tables' owner and has a floor of its own. */
export function sweptPolicies(name: string, age: string) {
  const using = sql`at < now() - ${sql.raw(`interval '${age}'`)}`
  return (['select', 'delete'] as const).map((operation) =>
    pgPolicy(`${name}_swept_${operation}`, { for: operation, to: 'current_user', using }),
  )
}
