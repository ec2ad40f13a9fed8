import type { SourceCheck } from './diagnose.ts'

/** All checks as a person reads them, by data source; under what is wrong stands what mends it. */
export function formatChecks(checks: readonly SourceCheck[]): string {
  const sources = [...new Set(checks.map(({ dataSource }) => dataSource))]
  const parts = sources.map((source) => {
    const own = checks.filter(({ dataSource }) => dataSource === source)
    const width = Math.max(...own.map(({ name }) => name.length))
    return [source, ...own.flatMap((check) => linesOf(check, width))].join('\n')
  })
  return `${[...parts, countsOf(checks)].join('\n\n')}\n`
}

function linesOf({ outcome, name, what, mend }: SourceCheck, width: number): readonly string[] {
  const line = `  ${outcome.padEnd(7)}  ${name.padEnd(width)}  ${what}`
  return mend === null ? [line] : [line, ...mend.split('\n').map((each) => `${' '.repeat(11)}${each}`)]
}

function countsOf(checks: readonly SourceCheck[]): string {
  const counts = (['problem', 'warning', 'ok'] as const).map((outcome) => {
    const count = checks.filter((check) => check.outcome === outcome).length
    return `${count} ${outcome === 'ok' || count === 1 ? outcome : `${outcome}s`}`
  })
  return `${checks.length} checks: ${counts.join(', ')}.`
}
