import { conform } from '../conformance/conform.ts'
import { flightsSuite } from '../conformance/flights.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine(), { flights: flightsSuite })
