import { conform } from '../conformance/conform.ts'
import { topValuesSuite } from '../conformance/top-values.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { 'top values': topValuesSuite })
