import { conform } from '../conformance/conform.ts'
import { eventLogSuite } from '../conformance/event-log.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { 'an event log': eventLogSuite })
