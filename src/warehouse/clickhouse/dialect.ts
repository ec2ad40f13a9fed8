import type { Dialect } from '../dialect.ts'
import { printStatement, printStream } from './print.ts'
import { printBenchmark } from './print-benchmark.ts'

export const clickhouse: Dialect = Object.freeze({
  name: 'ClickHouse',
  printStatement,
  printStream,
  printBenchmark,
  lacks: () => null,
})
