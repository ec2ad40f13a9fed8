import type { FilterOperator, FilterValue } from '../access/grants.ts'

/** A test that each row of a dataset must pass, with places that the token's attributes fill. */
export type RowRule =
  | {
      readonly kind: 'test'
      readonly dimension: string
      readonly operator: FilterOperator
      readonly values: RuleValues
    }
  | { readonly kind: 'and' | 'or'; readonly of: readonly RowRule[] }
  | { readonly kind: 'not'; readonly of: RowRule }

/** One by one, or all of a list that an attribute holds. */
export type RuleValues =
  | { readonly kind: 'each'; readonly of: readonly RuleValue[] }
  | { readonly kind: 'list'; readonly attribute: string }

export type RuleValue =
  | { readonly kind: 'literal'; readonly value: FilterValue }
  | { readonly kind: 'attribute'; readonly attribute: string }
