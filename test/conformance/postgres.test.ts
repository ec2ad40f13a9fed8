import { openEngine } from '../support/postgres-conformance.ts'
import { conform } from './conform.ts'
import { suites } from './suites.ts'

/** A sixteenth of what chDB is asked; all of it with CONFORMANCE_SHARE=1. */
conform(await openEngine(), suites, Number(process.env.CONFORMANCE_SHARE ?? 0.06))
