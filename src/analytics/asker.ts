import type { Stats } from './answers.ts'
import type { Asking, Plan, Rowset } from './asking.ts'

/** Who asks, and the way to the rows: what a question of several statements needs. */
export interface Asker {
  readonly asking: Asking
  /** Runs a plan for the scope, under the limits. */
  readonly answer: <Answer extends { readonly stats: Stats }>(plan: Plan<Answer>) => Promise<Answer>
  /** Buckets need a range; where none was asked for, it is that of the rows themselves. */
  readonly bounded: (rowset: Rowset) => Promise<Rowset>
  /** Some range where none was asked for: enough to check all of a question before anything is read for it. */
  readonly inAnyRange: (rowset: Rowset) => Rowset
}

/** What several statements of one question cost. */
export function together(stats: readonly Stats[]): Stats {
  return {
    durationMs: sumOf(stats, ({ durationMs }) => durationMs),
    rowsRead: sumOf(stats, ({ rowsRead }) => rowsRead),
    bytesRead: sumOf(stats, ({ bytesRead }) => bytesRead),
    asOf: Math.min(...stats.map(({ asOf }) => asOf)),
  }
}

function sumOf(stats: readonly Stats[], of: (stats: Stats) => number): number {
  return stats.reduce((sum, each) => sum + of(each), 0)
}
