import { openEngine } from '../support/postgres-conformance.ts'
import { conform } from './conform.ts'
import { suites } from './suites.ts'

/** A tenth of what chDB is asked; the proof asks as much: CONFORMANCE_SHARE=1. */
conform(await openEngine(), suites, Number(process.env.CONFORMANCE_SHARE ?? 0.1))
