import { z } from 'zod'
import { everything, filterOperators, fitsOperator, type Grants, only } from './grants.ts'

/** A token's header and payload as they stand on the wire. */
export const guestTokenType = 'guest+jwt'
export const signingAlgorithms = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

export const tokenMaxBytes = 8192
export const lifetimeMaxSeconds = 86_400

/** Not empty, no control characters, no lone surrogates (which would collide in the engines). */
function text(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cs}\p{Cc}]*$/u)
}

export const tenantIdSchema = text(256)
export const subjectSchema = text(256)
const nameSchema = text(256)
const secondsSchema = z.int().nonnegative()

/** Strict: `jwk`, `jku`, `x5u`, `x5c`, `crit`, `b64`, `zip` and whatever else could steer the verification are refused. */
export const headerSchema = z.strictObject({
  alg: z.string(),
  kid: z.uuid(),
  typ: z.string(),
})

const lockedFilterSchema = z
  .strictObject({
    dataset: nameSchema.optional(),
    dimension: nameSchema,
    operator: z.enum(filterOperators),
    values: z.array(z.union([z.string().regex(/^\P{Cs}*$/u), z.number(), z.boolean()])),
  })
  .refine((filter) => fitsOperator(filter.operator, filter.values.length))

export type LockedFilterClaim = z.infer<typeof lockedFilterSchema>

/** What a token grants, in its own spelling. A new grant is a member here and a line in `grantsOf`. */
const grantMembers = {
  dashboard_ids: z.array(nameSchema).optional(),
  dataset_ids: z.array(nameSchema).optional(),
  locked_filters: z.array(lockedFilterSchema).optional(),
}

export type GrantClaims = z.infer<z.ZodObject<typeof grantMembers>>

export function grantsOf(claims: GrantClaims): Grants {
  return Object.freeze({
    dashboards: claims.dashboard_ids === undefined ? everything : only(claims.dashboard_ids),
    datasets: claims.dataset_ids === undefined ? everything : only(claims.dataset_ids),
    lockedFilters: Object.freeze(
      (claims.locked_filters ?? []).map(({ dataset, dimension, operator, values }) =>
        Object.freeze({
          ...(dataset !== undefined && { dataset }),
          dimension,
          operator,
          values: Object.freeze(values),
        }),
      ),
    ),
  })
}

/** Strict: a claim whose meaning is not known here might narrow, and ignoring it would widen. */
export const payloadSchema = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: subjectSchema.optional(),
  jti: text(128),
  iat: secondsSchema,
  nbf: secondsSchema.optional(),
  exp: secondsSchema,
  org_id: z.string(),
  env_id: z.string(),
  tenant_id: tenantIdSchema,
  ...grantMembers,
})

export type GuestTokenPayload = z.infer<typeof payloadSchema>
