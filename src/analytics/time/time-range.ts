import type { Calendar } from './calendar.ts'

/** From `start`, inclusive, to `stop`, exclusive, in microseconds since 1970. */
export interface TimeRange {
  readonly start: number
  readonly stop: number
  readonly zone: Calendar
}
