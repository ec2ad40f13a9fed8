import {
  everything,
  frozenSet,
  type Grants,
  type LockedFilter,
  type NameGrant,
  only,
} from '../access/grants.ts'
import { parseInstant } from '../analytics/time/instant.ts'
import type { LayerDefinition } from './document.ts'

/** What a role or a policy of the document grants. */
export function buildLayer(definition: LayerDefinition): Grants {
  const { earliest, limits = {} } = definition
  return {
    dashboards: nameGrant(definition.dashboards),
    widgets: nameGrant(definition.widgets),
    hiddenWidgets: frozenSet(definition.hiddenWidgets ?? []),
    datasets: nameGrant(definition.datasets),
    dimensions: nameGrant(definition.allowedDimensions),
    metrics: nameGrant(definition.allowedMetrics),
    permissions: definition.permissions === undefined ? null : only(definition.permissions),
    lockedFilters: (definition.lockedFilters ?? []).map(lockedFilterOf),
    periods: nameGrant(definition.allowedPeriods),
    timeZones: nameGrant(definition.timeZones),
    minGranularity: definition.minGranularity ?? null,
    maxDateRangeDays: definition.maxDateRangeDays ?? null,
    earliest: earliest === undefined ? null : parseInstant(earliest),
    drillDown: definition.allowDrillDown ?? true,
    export: definition.allowExport ?? true,
    adHoc: definition.allowAdHoc ?? true,
    origins: nameGrant(definition.origins),
    limits: {
      requestsPerMinute: limits.requestsPerMinute ?? null,
      concurrentQueries: limits.concurrentQueries ?? null,
    },
  }
}

function nameGrant(names: readonly string[] | undefined): NameGrant {
  return names === undefined ? everything : only(names)
}

type LockedFilterDefinition = NonNullable<LayerDefinition['lockedFilters']>[number]

export function lockedFilterOf({
  dataset,
  dimension,
  operator = 'EQUALS',
  values,
}: LockedFilterDefinition): LockedFilter {
  return { ...(dataset !== undefined && { dataset }), dimension, operator, values }
}
