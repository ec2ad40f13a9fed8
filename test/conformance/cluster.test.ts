import { openEngine } from '../support/cluster-conformance.ts'
import { conform } from './conform.ts'
import { suites } from './suites.ts'

/**
 * Joins, others, totals, nested selects and events in steps, a few of each; the proof asks all that there is:
 * CLUSTER_SHARE=0.2.
 */
const share = process.env.CLUSTER_SHARE
const few = ['flights', 'pivots', 'funnels']
const asked = Object.entries(suites).filter(([name]) => share !== undefined || few.includes(name))

conform(await openEngine(), Object.fromEntries(asked), Number(share ?? 0.01))
