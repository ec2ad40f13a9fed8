import type { Scope } from '../access/scope.ts'
import type { Tenancy } from '../catalogue/catalogue.ts'
import type { Column, ColumnType } from '../catalogue/column.ts'
import { PolicyViolation } from '../violation.ts'
import type { Literal } from './select.ts'

/** A column of a table and what it must hold; null where no row can be the scope's. */
export interface OwnerTest {
  readonly column: Column
  readonly literal: Literal | null
}

/** Of whom the rows of a table must be; none where a table, or its place, is told to have no column for it. */
export function ownerTests(tenancy: Tenancy, scope: Scope): readonly OwnerTest[] {
  return [...tenantTests(tenancy, scope), ...withinTests(tenancy, scope)]
}

/** Of which organization and environment, where the model names the columns. */
export function withinTests({ within = [] }: Tenancy, scope: Scope): readonly OwnerTest[] {
  return within.map(({ column, of }) => ({ column, literal: idLiteral(scope[of], column.type) }))
}

function tenantTests(tenancy: Tenancy, scope: Scope): readonly OwnerTest[] {
  switch (tenancy.kind) {
    case 'shared':
      return []
    case 'own':
      return tenancy.column === null ? [] : [testOf(tenancy.column, scope)]
    case 'column':
      return [testOf(tenancy.column, scope)]
    default:
      throw new PolicyViolation('tenancy_missing', 'A table without a tenancy cannot be read.')
  }
}

function testOf(column: Column, scope: Scope): OwnerTest {
  return { column, literal: tenantLiteral(scope, column.type) }
}

/**
 * A tenant's id as a value of the tenant column. Null where no row can be the tenant's: an id that is not the one
 * spelling of a number or UUID must not meet the tenant whose id is.
 */
export function tenantLiteral({ tenantId }: Scope, type: ColumnType): Literal | null {
  return idLiteral(tenantId, type)
}

function idLiteral(id: string, type: ColumnType): Literal | null {
  switch (type.kind) {
    case 'string':
      return { type: 'String', text: id }
    case 'integer':
      return integerId(id)
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? { type: 'UUID', text: id } : null
    default:
      throw new PolicyViolation('tenancy_missing', `A tenant column cannot be a ${type.kind}.`)
  }
}

function integerId(id: string): Literal | null {
  if (!/^(0|-?[1-9]\d{0,19})$/.test(id)) return null
  const value = BigInt(id)
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return { type: 'Int64', text: id }
  return value < 2n ** 64n ? { type: 'UInt64', text: id } : null
}
