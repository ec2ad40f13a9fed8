import { clockChangesSuite } from './clock-changes.ts'
import { comparisonsSuite } from './comparison.ts'
import type { Suite } from './conform.ts'
import { drillDownSuite } from './drill-down.ts'
import { eventLogSuite } from './event-log.ts'
import { flightsSuite } from './flights.ts'
import { funnelsSuite } from './funnel.ts'
import { histogramsSuite } from './histogram.ts'
import { pivotsSuite } from './pivot.ts'
import { retentionSuite } from './retention.ts'
import { severalDatasetsSuite } from './several.ts'
import { topValuesSuite } from './top-values.ts'
import { windowMetricsSuite } from './window-metrics.ts'

/** All that a dialect is asked. */
export const suites: Readonly<Record<string, Suite>> = {
  'an event log': eventLogSuite,
  flights: flightsSuite,
  'top values': topValuesSuite,
  histograms: histogramsSuite,
  funnels: funnelsSuite,
  retention: retentionSuite,
  pivots: pivotsSuite,
  comparisons: comparisonsSuite,
  'window metrics': windowMetricsSuite,
  'several datasets': severalDatasetsSuite,
  'drill-down': drillDownSuite,
  'clock changes': clockChangesSuite,
}
