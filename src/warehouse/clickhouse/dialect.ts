import type { Dialect } from '../dialect.ts'
import { printStatement, printStream } from './print.ts'
import { printBenchmark } from './print-benchmark.ts'
import type { ReadonlyLevel } from './print-settings.ts'

/** Of the engine inside the process. */
export const clickhouse = dialectOf(1)

/** Of a server, whose user has bounds of its own. */
export const clickhouseServer = dialectOf(2)

function dialectOf(readonly: ReadonlyLevel): Dialect {
  return Object.freeze({
    name: 'ClickHouse',
    printStatement: (select, scope, limits) => printStatement(select, scope, limits, readonly),
    printStream: (select, scope, limits) => printStream(select, scope, limits, readonly),
    printBenchmark: (select, scope, limits) => printBenchmark(select, scope, limits, readonly),
    lacks: () => null,
  } satisfies Dialect)
}
