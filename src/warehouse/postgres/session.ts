import { PolicyViolation } from '../../violation.ts'
import type { Settings } from '../statement.ts'

/** One text of SQL and its bound values. */
export interface Text {
  readonly text: string
  readonly values: readonly string[]
  /** An answer with more of them is QUERY_TOO_LARGE; absent or null: any number. */
  readonly rowsMax?: number | null
}

export const begin: Text = { text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY', values: [] }
export const commit: Text = { text: 'COMMIT', values: [] }

/**
 * What makes the text of statements and values mean the same on every server, whatever a database, a role or an operator has
 * set. No schema is searched but the engine's own, so that no function or operator of someone else stands for one of those.
 */
const same: readonly (readonly [string, string])[] = [
  ['search_path', 'pg_catalog'],
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, YMD'],
  ['intervalstyle', 'postgres'],
  ['extra_float_digits', '1'],
  ['standard_conforming_strings', 'on'],
  ['row_security', 'on'],
  // Compiling a statement as wide as a pivot takes longer than running it.
  ['jit', 'off'],
]

/** Names that a policy may read; none of the engine's own has a point. */
const settingName = /^app\.[a-z_]{1,50}$/

/** What row-level security knows the tenant by. */
export const tenantSetting = 'app.tenant_id'

/**
 * The walls of one transaction: role, time and settings, which end with it. Bound, each of them, so that none can be more
 * than a value.
 * @throws PolicyViolation where a setting is none of ours
 */
export function enter(role: string | null, timeoutMs: number, settings: Settings): Text {
  const whole = Math.max(1, Math.ceil(timeoutMs))
  const pairs: (readonly [string, string])[] = [
    ...same,
    ['statement_timeout', String(whole)],
    ['idle_in_transaction_session_timeout', String(whole)],
    ...Object.entries(settings).map(checked),
    ...(role === null ? [] : [['role', role] as const]),
  ]
  const calls = pairs.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`)
  return { text: `SELECT ${calls.join(', ')}`, values: pairs.flat() }
}

function checked([name, value]: readonly [string, string]): readonly [string, string] {
  if (!settingName.test(name)) throw new PolicyViolation('tenancy_missing', 'Not a setting of a statement.')
  return [name, value]
}

/**
 * A statement of a tenant says whose it is. Without it a policy lets no row through, which must not pass for an answer.
 * @throws PolicyViolation
 */
export function requireTenant(settings: Settings): void {
  const tenant = Object.hasOwn(settings, tenantSetting) ? settings[tenantSetting] : undefined
  if (tenant !== undefined && tenant !== '') return
  throw new PolicyViolation('tenancy_missing', 'A statement must name the tenant that it is for.')
}
