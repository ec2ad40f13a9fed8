import { conform } from '../conformance/conform.ts'
import { windowMetricsSuite } from '../conformance/window-metrics.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { 'window metrics': windowMetricsSuite })
