import { clockChangesSuite } from '../conformance/clock-changes.ts'
import { conform } from '../conformance/conform.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { 'clock changes': clockChangesSuite })
