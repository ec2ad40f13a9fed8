/**
 * What a token may use. Every layer can only narrow: `undefined` means "as the layer above",
 * an empty list grants nothing. A new kind of grant is a field here, a claim in claims.ts and a
 * check where the thing is resolved.
 */
export interface Grants {
  readonly dashboards: NameGrant
  readonly datasets: NameGrant
  readonly lockedFilters: readonly LockedFilter[]
}

/** Everything, or exactly these names. */
export type NameGrant = { readonly all: true } | { readonly all: false; readonly names: ReadonlySet<string> }

export const everything: NameGrant = Object.freeze({ all: true })

export function only(names: readonly string[]): NameGrant {
  return Object.freeze({ all: false, names: new Set(names) })
}

export function permits(grant: NameGrant, name: string): boolean {
  return grant.all || grant.names.has(name)
}

/** A test that every row must pass, whatever the guest asks. Without a dataset it holds for all of them. */
export interface LockedFilter {
  readonly dataset?: string
  readonly dimension: string
  readonly operator: FilterOperator
  readonly values: readonly FilterValue[]
}

export type FilterValue = string | number | boolean | null

export const filterOperators = [
  'EQUALS',
  'NOT_EQUALS',
  'CONTAINS',
  'NOT_CONTAINS',
  'STARTS_WITH',
  'ENDS_WITH',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUALS',
  'LESS_THAN',
  'LESS_THAN_OR_EQUALS',
  'BETWEEN',
  'IS_NULL',
  'IS_NOT_NULL',
] as const

export type FilterOperator = (typeof filterOperators)[number]
