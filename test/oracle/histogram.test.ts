import { conform } from '../conformance/conform.ts'
import { histogramsSuite } from '../conformance/histogram.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { histograms: histogramsSuite })
