import { conform } from '../conformance/conform.ts'
import { retentionSuite } from '../conformance/retention.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { retention: retentionSuite })
