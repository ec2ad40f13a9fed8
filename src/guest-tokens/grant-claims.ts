import type { LockedFilter } from '../access/grants.ts'
import { isOriginEntry, originForm } from '../access/origins.ts'
import type { GrantClaims, GuestTokenPayload, LockedFilterClaim } from '../access/payload.ts'
import { checkLockedFilters } from '../analytics/locked-filters.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import { parsePeriod } from '../analytics/time/period.ts'
import { findZone } from '../analytics/time/zone.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { badInput } from '../errors.ts'
import type { GuestTokenInput } from '../graphql/context.ts'
import { attributeClaims } from './attribute-claims.ts'
import { dashboardNames, dimensionNames, knownName, knownNames, widgetNames } from './known-names.ts'

type Optional<T> = T | null | undefined

/** What a token refers to, and its grants; what is absent or undefined is not in the token. */
export type AskedClaims = GrantClaims & Pick<GuestTokenPayload, 'role' | 'policy' | 'attributes'>

/**
 * What the input asks for, as claims. A new grant of the contract is checked and spelled here.
 * @throws BAD_USER_INPUT with the argument's path and, for a name, the nearest ones that there are
 */
export function grantClaims(input: GuestTokenInput, catalogue: Catalogue): AskedClaims {
  return {
    role: knownName(input.role, catalogue.roles.keys(), 'input.role', 'the name of a role'),
    policy: knownName(input.policy, catalogue.policies.keys(), 'input.policy', 'the name of a policy'),
    attributes: attributeClaims(input.attributes, catalogue, 'input.attributes'),
    ...memberClaims(input, catalogue),
    ...timeClaims(input),
    allow_drill_down: input.allowDrillDown ?? undefined,
    allow_export: input.allowExport ?? undefined,
    allow_ad_hoc: input.allowAdHoc ?? undefined,
    origins: originClaims(input.origins),
    limits: limitClaims(input.limits),
  }
}

function memberClaims(input: GuestTokenInput, catalogue: Catalogue): GrantClaims {
  const { tenantId } = input
  const widgets = widgetNames(catalogue, tenantId)
  const ofDashboard = 'the name of a dashboard for this tenant'
  const ofWidget = 'a widget: dashboard/widget, its id, or its name'
  const ofDimension = 'the name of a dimension, or dataset.dimension'
  return {
    dashboard_ids: knownNames(
      input.dashboards,
      dashboardNames(catalogue, tenantId),
      'input.dashboards',
      ofDashboard,
    ),
    widget_ids: knownNames(input.widgets, widgets, 'input.widgets', ofWidget),
    hidden_widgets: knownNames(input.hiddenWidgets, widgets, 'input.hiddenWidgets', ofWidget),
    dataset_ids: knownNames(
      input.datasets,
      catalogue.datasets.keys(),
      'input.datasets',
      'the name of a dataset',
    ),
    allowed_dimensions: knownNames(
      input.allowedDimensions,
      dimensionNames(catalogue),
      'input.allowedDimensions',
      ofDimension,
    ),
    locked_filters: lockedFilterClaims(input, catalogue),
  }
}

function lockedFilterClaims(
  { datasets, lockedFilters }: GuestTokenInput,
  catalogue: Catalogue,
): LockedFilterClaim[] | undefined {
  if (lockedFilters == null) return undefined
  const reachable = datasets == null ? [] : [new Set(datasets)]
  checkLockedFilters(lockedFilters, catalogue, reachable, 'input.lockedFilters')
  return lockedFilters.map(lockedFilterClaim)
}

function lockedFilterClaim({ dataset, dimension, operator, values }: LockedFilter): LockedFilterClaim {
  // checkLockedFilters has refused null among the values.
  const present = values.filter((value) => value !== null)
  return { ...(dataset !== undefined && { dataset }), dimension, operator, values: present }
}

function timeClaims(input: GuestTokenInput): GrantClaims {
  return {
    allowed_periods: periodClaims(input.allowedPeriods),
    time_zones: zoneClaims(input.timeZones),
    min_granularity: input.minGranularity ?? undefined,
    max_date_range_days: wholeNumber(input.maxDateRangeDays, 100_000, 'input.maxDateRangeDays'),
    earliest: earliestClaim(input.earliest),
  }
}

function periodClaims(periods: Optional<readonly string[]>): string[] | undefined {
  if (periods == null) return undefined
  const wrong = periods.findIndex((period) => parsePeriod(period) === null)
  if (wrong < 0) return [...periods]
  throw badInput(
    `input.allowedPeriods.${wrong}`,
    'a period: today, yesterday, this_<unit>, previous_<unit> or last_<n>_<unit>s',
  )
}

function zoneClaims(names: Optional<readonly string[]>): string[] | undefined {
  if (names == null) return undefined
  const wrong = names.findIndex((name) => findZone(name) === null)
  if (wrong < 0) return [...names]
  throw badInput(`input.timeZones.${wrong}`, 'an IANA time zone name, such as Europe/Berlin')
}

/** Whole seconds, as the other times of a token are. */
function earliestClaim(text: Optional<string>): number | undefined {
  if (text == null) return undefined
  const instant = parseInstant(text)
  if (instant !== null && instant % 1_000_000 === 0) return instant / 1_000_000
  throw badInput('input.earliest', 'an RFC 3339 instant of a whole second, such as 2001-03-01T00:00:00Z')
}

function originClaims(origins: Optional<readonly string[]>): string[] | undefined {
  if (origins == null) return undefined
  const wrong = origins.findIndex((origin) => !isOriginEntry(origin))
  if (wrong < 0) return [...origins]
  throw badInput(`input.origins.${wrong}`, originForm)
}

function limitClaims(limits: GuestTokenInput['limits']): GrantClaims['limits'] {
  if (limits == null) return undefined
  const { requestsPerMinute, concurrentQueries } = limits
  return {
    requests_per_minute: wholeNumber(requestsPerMinute, 1_000_000, 'input.limits.requestsPerMinute'),
    concurrent_queries: wholeNumber(concurrentQueries, 1_000, 'input.limits.concurrentQueries'),
  }
}

function wholeNumber(value: Optional<number>, most: number, argument: string): number | undefined {
  if (value == null) return undefined
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw badInput(argument, `a whole number from 1 to ${most}`)
}
