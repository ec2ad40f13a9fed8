import { setTimeout as delay } from 'node:timers/promises'
import { quoteString } from '../warehouse/clickhouse/quote.ts'
import type { LoadingEngine } from './engine.ts'

const progressEveryMs = 100

export async function countRows(engine: LoadingEngine, database: string, table: string): Promise<number> {
  const [rows] = await engine.lines(
    `SELECT sum(rows) FROM system.parts WHERE database = ${quoteString(database)} AND table = ${quoteString(table)} AND active FORMAT TSV`,
  )
  return Number(rows)
}

/** Looks again and again until it is stopped; the promise of stopping is that no look is under way. */
export function watchRows(look: () => Promise<number>, report: (rows: number) => void): () => Promise<void> {
  let stopped = false
  async function go(): Promise<void> {
    while (!stopped) {
      await delay(progressEveryMs)
      if (!stopped) report(await look())
    }
  }
  const going = go()
  return () => {
    stopped = true
    return going
  }
}
