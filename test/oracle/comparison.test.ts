import { comparisonsSuite } from '../conformance/comparison.ts'
import { conform } from '../conformance/conform.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { comparisons: comparisonsSuite })
