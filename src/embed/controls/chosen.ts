import type { ChosenControls } from '../../client/dashboard-data.ts'
import type { FilterInput } from '../../client/documents.generated.ts'
import type { ControlsState, Value } from './controls-state.ts'

export interface FilterOfDashboard {
  readonly name: string
  readonly title: string
  readonly dimension: string
  readonly locked: boolean
}

/** What the controls say, as the API is asked for it. */
export function chosenOf(
  { timeRange, granularity, compareTo, filters }: ControlsState,
  ofDashboard: readonly FilterOfDashboard[],
  timeZone: string,
): ChosenControls {
  const narrowing = ofDashboard.flatMap(({ name, dimension }) => {
    const filter = filterOf(dimension, filters[name] ?? [])
    return filter === null ? [] : [[name, filter] as const]
  })
  return {
    timeZone,
    timeRange: timeRange ?? undefined,
    granularity: granularity ?? undefined,
    compareTo: compareTo ?? undefined,
    filters: Object.fromEntries(narrowing),
  }
}

/** A null equals nothing, so the choice of "none" is a test of its own. */
function filterOf(dimension: string, values: readonly Value[]): FilterInput | null {
  const known = values.filter((value) => value !== null)
  const equals: FilterInput = { dimension, operator: 'EQUALS', values: known }
  if (known.length === values.length) return known.length > 0 ? equals : null
  const isNull: FilterInput = { dimension, operator: 'IS_NULL' }
  return known.length > 0 ? { or: [equals, isNull] } : isNull
}

/** The titles of the filters in use that do not narrow a widget, which its viewer has to be told. */
export function filtersPassedOver(
  { filters }: ControlsState,
  taken: readonly string[],
  ofDashboard: readonly FilterOfDashboard[],
): readonly string[] {
  return ofDashboard
    .filter(({ name }) => (filters[name] ?? []).length > 0 && !taken.includes(name))
    .map(({ title }) => title)
}

/** A filter that the dashboard does not have, or does not show to this viewer. */
export function unknownFilter(
  { filters }: ControlsState,
  ofDashboard: readonly FilterOfDashboard[],
): string | null {
  return Object.keys(filters).find((name) => !ofDashboard.some((filter) => filter.name === name)) ?? null
}
