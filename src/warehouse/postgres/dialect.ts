import type { Dialect } from '../dialect.ts'
import { printStatement } from './print.ts'
import { printBenchmark } from './print-benchmark.ts'

export const postgres: Dialect = Object.freeze({
  name: 'PostgreSQL',
  printStatement,
  // Rows are taken by a cursor: the text is the same.
  printStream: printStatement,
  printBenchmark,
  lacks: () => null,
})
