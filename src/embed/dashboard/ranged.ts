import type { ControlsState } from '../controls/controls-state.ts'
import { initialRange, readTimeRange } from '../controls/time-range.ts'
import type { Definition } from './definition.ts'

/** Where nothing says a range it is the dashboard's own, or as much of it as the viewer may ask for. */
export function ranged({ dashboard, viewer }: Definition, timeZone: string) {
  const stored = readTimeRange(dashboard.defaultTimeRange)
  const range = initialRange(stored, viewer.permissions, timeZone, new Date())
  return (state: ControlsState): ControlsState => ({ ...state, timeRange: state.timeRange ?? range })
}
