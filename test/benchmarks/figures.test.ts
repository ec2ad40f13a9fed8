import { benchmarkFiguresSuite } from '../conformance/benchmark-figures.ts'
import { conform } from '../conformance/conform.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine('Memory'), { 'figures of benchmarks': benchmarkFiguresSuite })
