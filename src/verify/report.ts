export const outcomes = ['refused', 'own', 'empty', 'crossed', 'inconclusive', 'failed'] as const

/**
 * refused: with an error. own: answered with what is the asking tenant's. empty: answered with nothing. crossed:
 * answered with what it must not see. inconclusive: the answer would be the same if it crossed. failed: the server
 * failed, so that nothing is shown.
 */
export type Outcome = (typeof outcomes)[number]

export interface Attempt {
  readonly group: string
  readonly what: string
  readonly outcome: Outcome
  /** Of a crossing or a failure: what came back. */
  readonly detail?: string
}

export interface Report {
  readonly tenants: readonly [string, string]
  readonly attempts: number
  readonly counts: Readonly<Record<Outcome, number>>
  readonly groups: readonly { readonly name: string; readonly counts: Readonly<Record<Outcome, number>> }[]
  readonly crossings: readonly Attempt[]
  readonly failures: readonly Attempt[]
  /** What the installation offers and this command does not know, or had no time for. */
  readonly notTried: readonly string[]
  readonly seconds: number
}

export interface Recorder {
  record(attempt: Attempt): void
  notTried(what: string): void
  report(): Report
}

export function createRecorder(tenants: readonly [string, string]): Recorder {
  const attempts: Attempt[] = []
  const missed: string[] = []
  const started = performance.now()
  return {
    record: (attempt) => void attempts.push(attempt),
    notTried: (what) => void missed.push(what),
    report: () => ({
      tenants,
      attempts: attempts.length,
      counts: countsOf(attempts),
      groups: [...new Set(attempts.map(({ group }) => group))].map((name) => ({
        name,
        counts: countsOf(attempts.filter(({ group }) => group === name)),
      })),
      crossings: attempts.filter(({ outcome }) => outcome === 'crossed'),
      failures: attempts.filter(({ outcome }) => outcome === 'failed'),
      notTried: missed,
      seconds: Math.round((performance.now() - started) / 100) / 10,
    }),
  }
}

function countsOf(attempts: readonly Attempt[]): Record<Outcome, number> {
  const counts = { refused: 0, own: 0, empty: 0, crossed: 0, inconclusive: 0, failed: 0 }
  for (const { outcome } of attempts) counts[outcome] += 1
  return counts
}

/** 1 where anything crossed, 2 where the run proves nothing, else 0. */
export function exitCodeOf({ crossings, failures, notTried, counts }: Report): 0 | 1 | 2 {
  if (crossings.length > 0) return 1
  return failures.length > 0 || counts.own === 0 || notTried.some((what) => what.startsWith('out of time'))
    ? 2
    : 0
}

export function formatReport(report: Report): string {
  const { tenants, groups, crossings, failures, notTried, counts, attempts, seconds } = report
  const width = Math.max(...groups.map(({ name }) => name.length), 10)
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(13)).join('')}`
  return [
    `The tenants ${tenants.join(' and ')}`,
    '',
    line('', outcomes),
    ...groups.map((group) =>
      line(
        group.name,
        outcomes.map((outcome) => group.counts[outcome]),
      ),
    ),
    ...listed('What crossed', crossings.map(attemptText)),
    ...listed('What failed', failures.map(attemptText)),
    ...listed('What was not tried', notTried),
    '',
    `${attempts} attempts in ${seconds} s: ${counts.crossed} crossed, ${counts.refused} were refused, ${counts.own} were answered with the asking tenant's own, ${counts.empty} with nothing.`,
    verdict(report),
    '',
  ].join('\n')
}

function attemptText({ group, what, detail }: Attempt): string {
  return `${group}: ${what}${detail === undefined ? '' : `\n    ${detail}`}`
}

function listed(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  ${item}`)]
}

function verdict(report: Report): string {
  switch (exitCodeOf(report)) {
    case 0:
      return 'Nothing crossed.'
    case 1:
      return 'THERE IS A HOLE.'
    case 2:
      return report.counts.own === 0
        ? 'Nothing crossed, but nothing was seen either: do both tenants have rows?'
        : 'Nothing crossed, but the run is not a proof: something failed or was not tried.'
  }
}
