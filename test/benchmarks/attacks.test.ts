import { benchmarkAttacksSuite } from '../conformance/benchmark-attacks.ts'
import { conform } from '../conformance/conform.ts'
import { openEngine } from '../support/chdb-conformance.ts'

conform(await openEngine('Memory'), { 'attacks on benchmarks': benchmarkAttacksSuite })
