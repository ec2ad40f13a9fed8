// Made by `npm run documents` from schema.graphql and the .graphql files beside it.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] }

import type { Value } from '../client/scalars.ts'
import type { TypedDocument } from '../client/typed-document.ts'
export const CreateGuestTokenDocument: TypedDocument<
  CreateGuestTokenMutation,
  CreateGuestTokenMutationVariables
> =
  'mutation CreateGuestToken($input:CreateGuestTokenInput!){createGuestToken(input:$input){id token expiresAt}}'

export const RevokeGuestTokensDocument: TypedDocument<
  RevokeGuestTokensMutation,
  RevokeGuestTokensMutationVariables
> = 'mutation RevokeGuestTokens($input:RevokeGuestTokensInput!){revokeGuestTokens(input:$input)}'
export type CreateGuestTokenInput = {
  readonly allowAdHoc?: boolean | null | undefined
  readonly allowDrillDown?: boolean | null | undefined
  readonly allowExport?: boolean | null | undefined
  readonly allowedDimensions?: ReadonlyArray<string> | null | undefined
  readonly allowedPeriods?: ReadonlyArray<string> | null | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | null | undefined
  readonly dashboards?: ReadonlyArray<string> | null | undefined
  readonly datasets?: ReadonlyArray<string> | null | undefined
  readonly earliest?: string | null | undefined
  readonly expiresInSeconds?: number | null | undefined
  readonly hiddenWidgets?: ReadonlyArray<string> | null | undefined
  readonly limits?: TokenLimitsInput | null | undefined
  readonly lockedFilters?: ReadonlyArray<LockedFilterInput> | null | undefined
  readonly maxDateRangeDays?: number | null | undefined
  readonly minGranularity?: Granularity | null | undefined
  readonly origins?: ReadonlyArray<string> | null | undefined
  readonly policy?: string | null | undefined
  readonly refreshExpiresInSeconds?: number | null | undefined
  readonly role?: string | null | undefined
  readonly subject?: string | null | undefined
  readonly tenantId: string
  readonly timeZones?: ReadonlyArray<string> | null | undefined
  readonly widgets?: ReadonlyArray<string> | null | undefined
  readonly withRefreshToken?: boolean | null | undefined
}

export type FilterOperator =
  | 'BETWEEN'
  | 'CONTAINS'
  | 'ENDS_WITH'
  | 'EQUALS'
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUALS'
  | 'IS_NOT_NULL'
  | 'IS_NULL'
  | 'LESS_THAN'
  | 'LESS_THAN_OR_EQUALS'
  | 'NOT_CONTAINS'
  | 'NOT_EQUALS'
  | 'STARTS_WITH'

export type Granularity =
  | 'AUTO'
  | 'DAY'
  | 'FIFTEEN_MINUTES'
  | 'FIVE_MINUTES'
  | 'HOUR'
  | 'MINUTE'
  | 'MONTH'
  | 'QUARTER'
  | 'WEEK'
  | 'YEAR'

export type LockedFilterInput = {
  readonly dataset?: string | null | undefined
  readonly dimension: string
  readonly operator?: FilterOperator | null | undefined
  readonly values: ReadonlyArray<Value>
}

export type RevokeGuestTokensInput =
  | { readonly id: string; readonly subject?: never; readonly tenantId?: never }
  | { readonly id?: never; readonly subject: TenantSubjectInput; readonly tenantId?: never }
  | { readonly id?: never; readonly subject?: never; readonly tenantId: string }

export type TenantSubjectInput = {
  readonly subject: string
  readonly tenantId: string
}

export type TokenLimitsInput = {
  readonly concurrentQueries?: number | null | undefined
  readonly requestsPerMinute?: number | null | undefined
}

export type CreateGuestTokenMutationVariables = Exact<{
  input: CreateGuestTokenInput
}>

export type CreateGuestTokenMutation = {
  readonly createGuestToken: { readonly id: string; readonly token: string; readonly expiresAt: string }
}

export type RevokeGuestTokensMutationVariables = Exact<{
  input: RevokeGuestTokensInput
}>

export type RevokeGuestTokensMutation = { readonly revokeGuestTokens: number }
