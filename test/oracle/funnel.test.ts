import { conform } from '../conformance/conform.ts'
import { funnelsSuite } from '../conformance/funnel.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { funnels: funnelsSuite })
