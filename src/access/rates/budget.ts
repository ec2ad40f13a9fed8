import { TesseraError } from '../../errors.ts'
import type { EnvironmentIdentity } from '../../store/store.ts'

/** What somebody may spend in a minute. */
export interface Budget {
  readonly environment: EnvironmentIdentity
  readonly kind: BudgetKind
  /** Whose it is, within the environment and the kind. */
  readonly id: string
  readonly perMinute: number
}

const limited = Object.freeze({
  token: (most: number) => `at most ${most} requests a minute with one token${weighed}`,
  family: (most: number) => `at most ${most} requests a minute with the refresh tokens of one family`,
  tenant: (most: number) => `at most ${most} requests a minute for one tenant${weighed}`,
  api_key: (most: number) => `at most ${most} requests a minute with one API key${weighed}`,
  address: (most: number) => `at most ${most} requests a minute from one address${weighed}`,
  minted_with_api_key: (most: number) => `at most ${most} tokens a minute minted with one API key`,
  minted_for_tenant: (most: number) => `at most ${most} tokens a minute for one tenant`,
})

const weighed = ', each question counted as one'

export type BudgetKind = keyof typeof limited

export const windowSeconds = 60

/** Ids of tokens and tenants are unique in an environment alone: another one could repeat them. */
export function budgetKey({ environment, kind, id }: Budget): string {
  return `${environment.environmentId} ${kind} ${id}`
}

export function overspent({ kind, perMinute }: Budget, msBeforeNext: number): TesseraError {
  return rateLimited(limited[kind](perMinute), msBeforeNext)
}

export function rateLimited(expected: string, msBeforeNext: number): TesseraError {
  return new TesseraError('RATE_LIMITED', {
    retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    expected,
  })
}
