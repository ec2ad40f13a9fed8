import type { Grants, LockedFilter, NameGrant } from '../access/grants.ts'
import type { Layer } from '../access/permissions.ts'
import { formatInstant } from '../analytics/time/instant.ts'

/** `role viewer`, `policy overview`, `token`. */
export function sourceOf({ source, name }: Layer): string {
  return name === null ? source : `${source} ${name}`
}

/** The grants that layers try one by one. What members require is decided by role and policy together. */
export const triedGrants = [
  'dashboards',
  'widgets',
  'hiddenWidgets',
  'datasets',
  'dimensions',
  'metrics',
  'lockedFilters',
  'periods',
  'timeZones',
  'minGranularity',
  'maxDateRangeDays',
  'earliest',
  'drillDown',
  'adHoc',
] as const satisfies readonly (keyof Grants)[]

export type TriedGrant = (typeof triedGrants)[number]

/** What a layer says of a grant; null where it passes it on. */
export function grantText(grants: Grants, grant: TriedGrant): string | null {
  switch (grant) {
    case 'dashboards':
    case 'widgets':
    case 'datasets':
      return onlyText(grant, grants[grant])
    case 'dimensions':
      return onlyText('allowedDimensions', grants.dimensions)
    case 'metrics':
      return onlyText('allowedMetrics', grants.metrics)
    case 'timeZones':
      return onlyText('timeZones', grants.timeZones)
    case 'periods':
      return onlyText('allowedPeriods', grants.periods)
    case 'hiddenWidgets':
      return grants.hiddenWidgets.size === 0 ? null : `hiddenWidgets: ${listed([...grants.hiddenWidgets])}`
    case 'lockedFilters':
      return grants.lockedFilters.length === 0
        ? null
        : `lockedFilters: ${grants.lockedFilters.map(lockedFilterText).join('; ')}`
    case 'minGranularity':
      return grants.minGranularity === null ? null : `minGranularity: ${grants.minGranularity}`
    case 'maxDateRangeDays':
      return grants.maxDateRangeDays === null ? null : `maxDateRangeDays: ${grants.maxDateRangeDays}`
    case 'earliest':
      return grants.earliest === null ? null : `earliest: ${formatInstant(grants.earliest)}`
    case 'drillDown':
      return grants.drillDown ? null : 'allowDrillDown: false'
    case 'adHoc':
      return grants.adHoc ? null : 'allowAdHoc: false'
  }
}

function onlyText(member: string, grant: NameGrant): string | null {
  return grant.all ? null : `${member}: ${listed([...grant.names])}`
}

/** `region is one of west, east`, with the dataset where the filter names one. */
export function lockedFilterText({ dataset, dimension, operator, values }: LockedFilter): string {
  const name = dataset === undefined ? dimension : `${dataset}.${dimension}`
  return `${name} ${operator} ${listed(values.map(String))}`.trimEnd()
}

const mostListed = 10

export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const more = names.length - mostListed
  return `${names.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
