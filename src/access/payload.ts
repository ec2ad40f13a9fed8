import { z } from 'zod'
import { attributeScalarSchema, attributesSchema } from './attributes.ts'
import {
  everything,
  filterOperators,
  fitsOperator,
  frozenSet,
  type Grants,
  granularities,
  type LockedFilter,
  type NameGrant,
  only,
} from './grants.ts'

/** A token's header and payload as they stand on the wire. */
export const guestTokenType = 'guest+jwt'
export const signingAlgorithms = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

export const tokenMaxBytes = 8192
export const lifetimeMaxSeconds = 86_400
/** How far the clock of the server that signed may run ahead of this one. */
export const clockToleranceSeconds = 5

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
export const tokenIdSchema = text(128)
const nameSchema = text(256)
const secondsSchema = z.int().nonnegative()

/** Strict: `jwk`, `jku`, `x5u`, `x5c`, `crit`, `b64`, `zip` and whatever else could steer the verification are refused. */
export const headerSchema = z.strictObject({
  alg: z.string(),
  kid: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  typ: z.string(),
})

const lockedFilterSchema = z
  .strictObject({
    dataset: nameSchema.optional(),
    dimension: nameSchema,
    operator: z.enum(filterOperators),
    values: z.array(attributeScalarSchema),
  })
  .refine((filter) => fitsOperator(filter.operator, filter.values.length))

export type LockedFilterClaim = z.infer<typeof lockedFilterSchema>

const namesSchema = z.array(nameSchema).optional()
const countSchema = z.int().positive()

/** What a token grants, in its own spelling. A new grant is a member here and a line in `grantsOf`. */
const grantMembers = {
  dashboard_ids: namesSchema,
  widget_ids: namesSchema,
  hidden_widgets: namesSchema,
  dataset_ids: namesSchema,
  allowed_dimensions: namesSchema,
  locked_filters: z.array(lockedFilterSchema).optional(),
  allowed_periods: namesSchema,
  time_zones: namesSchema,
  min_granularity: z.enum(granularities).optional(),
  max_date_range_days: countSchema.optional(),
  earliest: z.int().min(-2_208_988_800).max(10_413_792_000).optional(),
  allow_drill_down: z.boolean().optional(),
  allow_export: z.boolean().optional(),
  allow_ad_hoc: z.boolean().optional(),
  origins: namesSchema,
  limits: z
    .strictObject({ requests_per_minute: countSchema.optional(), concurrent_queries: countSchema.optional() })
    .optional(),
}

export type GrantClaims = z.infer<z.ZodObject<typeof grantMembers>>

export function grantsOf(claims: GrantClaims): Grants {
  const { earliest, limits = {} } = claims
  return Object.freeze({
    dashboards: nameGrant(claims.dashboard_ids),
    widgets: nameGrant(claims.widget_ids),
    hiddenWidgets: frozenSet(claims.hidden_widgets ?? []),
    datasets: nameGrant(claims.dataset_ids),
    dimensions: nameGrant(claims.allowed_dimensions),
    // Metrics and marked members are granted by roles and policies.
    metrics: everything,
    permissions: null,
    lockedFilters: Object.freeze((claims.locked_filters ?? []).map(lockedFilterOf)),
    periods: nameGrant(claims.allowed_periods),
    timeZones: nameGrant(claims.time_zones),
    minGranularity: claims.min_granularity ?? null,
    maxDateRangeDays: claims.max_date_range_days ?? null,
    earliest: earliest === undefined ? null : earliest * 1_000_000,
    drillDown: claims.allow_drill_down ?? true,
    export: claims.allow_export ?? true,
    adHoc: claims.allow_ad_hoc ?? true,
    origins: nameGrant(claims.origins),
    limits: Object.freeze({
      requestsPerMinute: limits.requests_per_minute ?? null,
      concurrentQueries: limits.concurrent_queries ?? null,
    }),
  })
}

function nameGrant(names: readonly string[] | undefined): NameGrant {
  return names === undefined ? everything : only(names)
}

function lockedFilterOf({ dataset, dimension, operator, values }: LockedFilterClaim): LockedFilter {
  return Object.freeze({
    ...(dataset !== undefined && { dataset }),
    dimension,
    operator,
    values: Object.freeze([...values]),
  })
}

/** Strict: a claim whose meaning is not known here might narrow, and ignoring it would widen. */
export const payloadSchema = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: subjectSchema.optional(),
  jti: tokenIdSchema,
  iat: secondsSchema,
  nbf: secondsSchema.optional(),
  exp: secondsSchema,
  org_id: z.string(),
  env_id: z.string(),
  tenant_id: tenantIdSchema,
  /** The API key that it was minted with. */
  api_key_id: z.uuid().optional(),
  /** Of those that one refresh token led to. */
  family_id: z.uuid().optional(),
  /** Microseconds since 1970, by the store's clock: `iat` has whole seconds, by the clock of whichever process. */
  minted_at_us: z.int().positive().optional(),
  role: nameSchema.optional(),
  policy: nameSchema.optional(),
  attributes: attributesSchema.optional(),
  ...grantMembers,
})

export type GuestTokenPayload = z.infer<typeof payloadSchema>
