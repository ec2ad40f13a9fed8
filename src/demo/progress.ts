import { Presets, SingleBar } from 'cli-progress'
import type { LoadProgress } from './load.ts'

export interface ProgressDisplay {
  show(progress: LoadProgress): void
  stop(): void
}

/** A bar on a terminal; elsewhere a line for each table. */
export function createProgressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? bars(stream) : lines(stream)
}

function bars(stream: NodeJS.WriteStream): ProgressDisplay {
  const format = 'Loading {table} [{bar}] {value} of {total} rows'
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: false }, Presets.legacy)
  let current: string | null = null
  return {
    show({ table, rows, rowsTotal }) {
      if (table === current) bar.update(rows)
      else bar.start(rowsTotal, rows, { table })
      current = table
      if (rows !== rowsTotal) return
      bar.stop()
      current = null
    },
    stop: () => bar.stop(),
  }
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  let current: string | null = null
  return {
    show({ table, rows, rowsTotal }) {
      if (table !== current) stream.write(`Loading ${table}: ${rowsTotal} rows …\n`)
      current = table
      if (rows === rowsTotal) stream.write(`Loaded ${table}.\n`)
    },
    stop() {},
  }
}
