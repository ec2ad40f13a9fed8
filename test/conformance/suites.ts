import { benchmarkAttacksSuite } from './benchmark-attacks.ts'
import { benchmarkFiguresSuite } from './benchmark-figures.ts'
import { clockChangesSuite } from './clock-changes.ts'
import { comparisonsSuite } from './comparison.ts'
import type { Suite } from './conform.ts'
import { drillDownSuite } from './drill-down.ts'
import { eventLogSuite } from './event-log.ts'
import { flightsSuite } from './flights.ts'
import { funnelsSuite } from './funnel.ts'
import { histogramsSuite } from './histogram.ts'
import { permissionsSuite } from './permissions.ts'
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
  'figures of benchmarks': benchmarkFiguresSuite,
  'attacks on benchmarks': benchmarkAttacksSuite,
  permissions: permissionsSuite,
  'clock changes': clockChangesSuite,
}
