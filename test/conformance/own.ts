import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { conform } from './conform.ts'
import type { ConformanceEngine } from './engine.ts'
import { suites } from './suites.ts'

/** What such a module exports. */
interface OwnEngine {
  openEngine(): Promise<ConformanceEngine>
}

const path = process.env.TESSERA_DIALECT
if (path === undefined) throw new Error('TESSERA_DIALECT names a module that exports openEngine().')
const module: OwnEngine = await import(pathToFileURL(resolve(path)).href)

conform(await module.openEngine(), suites, Number(process.env.CONFORMANCE_SHARE ?? 1))
