import { ConfigError } from '../config.ts'
import { TesseraError } from '../errors.ts'

export interface Failure {
  readonly message: string
  readonly exitCode: number
}

/** EX_CONFIG of sysexits.h: a supervisor need not try again. */
const exitCodeOfConfig = 78

/** What a person at the command line reads, and what a script gets. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ConfigError) return { message: error.message, exitCode: exitCodeOfConfig }
  if (error instanceof TesseraError) return { message: lines(error), exitCode: 1 }
  return { message: error instanceof Error ? withCauses(error) : String(error), exitCode: 1 }
}

function lines({ message, details: { problems = [], cause } }: TesseraError): string {
  const listed = problems.map(({ path, line, column, message: problem }) =>
    [line === undefined ? '' : `${line}:${column} `, path === '' ? '' : `${path}: `, problem].join(''),
  )
  if (listed.length > 0) return listed.join('\n')
  return cause instanceof Error ? `${message}\n  ${withCauses(cause)}` : message
}

function withCauses(error: Error): string {
  return error.cause instanceof Error ? `${error.message}\n  ${withCauses(error.cause)}` : error.message
}
