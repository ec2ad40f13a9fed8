import { Scope } from '../../access/scope.ts'
import { TesseraError } from '../../errors.ts'
import { PolicyViolation } from '../../violation.ts'
import type { Limits } from '../limits.ts'
import { addressOf, datasetOf } from '../routing.ts'
import type { Read, Select } from '../select.ts'
import { Statement } from '../statement.ts'
import { createNames } from './names.ts'
import { createBinding } from './parameters.ts'
import { printSelect } from './print-select.ts'

/**
 * The only producer of SQL for PostgreSQL. Every table is read as a subquery that carries the tenant's predicate, before any
 * join and before anything that a guest wrote; the tenant stands once more in a setting, for the table's own policy.
 */
export function printStatement(select: Select, scope: Scope, limits: Limits): Statement {
  if (!Scope.isScope(scope))
    throw new PolicyViolation('scope_missing', 'A statement cannot be printed without a scope.')
  const { bind, parameters } = createBinding()
  const reads: Read[] = []
  const text = printSelect(
    select,
    { scope, bind, column: createNames(), reads },
    { depth: 0, isShown: true, rowsMax: limits.resultRows + 1 },
  )
  if (text.length > maxLength || parameters.length > maxParameters) {
    throw new TesseraError('QUERY_TOO_LARGE', { expected: 'a question with fewer columns, metrics or tests' })
  }
  return Statement.of(text, parameters, {
    placeholder: /\$(\d+)/g,
    settings: settingsOf(scope),
    resultRows: limits.resultRows,
    tables: reads.map((read) => ({ dataset: datasetOf(read), address: addressOf(read, scope) })),
  })
}

/** Whose rows they are, for policies of tables. */
export function settingsOf({ tenantId, organizationId, environmentId }: Scope) {
  return {
    'app.tenant_id': settingOf(tenantId),
    'app.organization_id': settingOf(organizationId),
    'app.environment_id': settingOf(environmentId),
  }
}

/** An id that text of PostgreSQL can't hold is that of no row; no id has as many letters as what stands for it. */
function settingOf(id: string): string {
  return id.includes('\u0000') ? '0'.repeat(257) : id
}

/** Names and formulas of a model are short, and letters have at most four bytes. */
const maxLength = 1_000_000
/** Counted in 16 bits by the protocol. */
const maxParameters = 65_535
