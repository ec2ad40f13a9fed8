import { conform } from '../conformance/conform.ts'
import { drillDownSuite } from '../conformance/drill-down.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { 'drill-down': drillDownSuite })
