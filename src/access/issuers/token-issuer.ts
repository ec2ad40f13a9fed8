import { z } from 'zod'
import type { tokenIssuers } from '../../store/tables.ts'
import { type IssuerAlgorithm, issuerAlgorithms } from './key-set.ts'

/** Whoever signs guest tokens of one environment beside Tessera. */
export interface TokenIssuer {
  readonly id: string
  readonly organizationId: string
  readonly environmentId: string
  /** What `iss` says. */
  readonly issuer: string
  /** What `aud` says; null for the installation's own. */
  readonly audience: string | null
  readonly algorithms: readonly IssuerAlgorithm[]
  readonly keys: KeySource
  readonly createdAt: Date
}

export type KeySource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'inline'; readonly keys: readonly Jwk[] }

export type Jwk = Readonly<Record<string, unknown>>

export type TokenIssuerRow = typeof tokenIssuers.$inferSelect

const keysSchema = z.array(z.record(z.string(), z.unknown()))

/** @throws Error where the row holds what was never written */
export function tokenIssuerOf(row: TokenIssuerRow): TokenIssuer {
  const { id, organizationId, environmentId, issuer, audience, jwksUrl, publicKeys, createdAt } = row
  const keys: KeySource =
    jwksUrl === null ? { kind: 'inline', keys: keysSchema.parse(publicKeys) } : { kind: 'url', url: jwksUrl }
  return Object.freeze({
    ...{ id, organizationId, environmentId, issuer, audience, createdAt },
    algorithms: z.array(z.enum(issuerAlgorithms)).parse(row.algorithms),
    keys,
  })
}
