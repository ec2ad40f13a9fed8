import { type Benchmark, leastTenants, mostShare } from '../catalogue/benchmark.ts'
import { type BenchmarkDefinition, titleOf } from './document.ts'

export function buildBenchmark(definition: BenchmarkDefinition): Benchmark {
  const { name, description = null, metric, periods, requires = [] } = definition
  return {
    ...{ name, title: titleOf(definition), description },
    metric,
    periods,
    timeZone: definition.timeZone ?? 'UTC',
    minTenants: definition.minTenants ?? leastTenants.byDefault,
    maxShare: definition.maxShare ?? mostShare.byDefault,
    requires,
  }
}
