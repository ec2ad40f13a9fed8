import { conform } from '../conformance/conform.ts'
import { severalDatasetsSuite } from '../conformance/several.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { 'several datasets': severalDatasetsSuite })
