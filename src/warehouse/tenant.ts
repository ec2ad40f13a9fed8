import type { Scope } from '../access/scope.ts'
import type { ColumnType } from '../catalogue/column.ts'
import { PolicyViolation } from '../violation.ts'
import type { Literal } from './select.ts'

/**
 * A tenant's id as a value of the tenant column. Null where no row can be the tenant's: an id that is not the one
 * spelling of a number or UUID must not meet the tenant whose id is.
 */
export function tenantLiteral({ tenantId }: Scope, type: ColumnType): Literal | null {
  switch (type.kind) {
    case 'string':
      return { type: 'String', text: tenantId }
    case 'integer':
      return integerTenant(tenantId)
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenantId)
        ? { type: 'UUID', text: tenantId }
        : null
    default:
      throw new PolicyViolation('tenancy_missing', `A tenant column cannot be a ${type.kind}.`)
  }
}

function integerTenant(tenantId: string): Literal | null {
  if (!/^(0|-?[1-9]\d{0,19})$/.test(tenantId)) return null
  const value = BigInt(tenantId)
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return { type: 'Int64', text: tenantId }
  return value < 2n ** 64n ? { type: 'UInt64', text: tenantId } : null
}
