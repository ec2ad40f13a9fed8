import { conform } from '../conformance/conform.ts'
import { pivotsSuite } from '../conformance/pivot.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { pivots: pivotsSuite })
