import { TesseraError } from '../../errors.ts'
import type { Dialect } from '../dialect.ts'

const refused = (): never => {
  throw new TesseraError('NOT_SUPPORTED', { expected: 'a question to ClickHouse' })
}

export const postgres: Dialect = Object.freeze({
  name: 'PostgreSQL',
  printStatement: refused,
  printStream: refused,
  printBenchmark: refused,
  lacks: () => 'nothing is printed for PostgreSQL',
})
