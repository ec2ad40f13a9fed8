/** What one statement may cost before the engine ends it. */
export interface Limits {
  readonly timeoutMs: number
  readonly rowsRead: number
  readonly resultRows: number
  readonly memoryBytes: number
}

export const defaultLimits: Limits = Object.freeze({
  timeoutMs: 30_000,
  rowsRead: 5_000_000_000,
  resultRows: 200_000,
  memoryBytes: 4 * 2 ** 30,
})

export const streamRowsByDefault = 1_000_000

/** Of one whose rows are streamed into a file, however slowly that is taken: time costs little there, and memory is bounded twice. */
export function streamLimits(resultRows: number): Limits {
  return Object.freeze({
    timeoutMs: 15 * 60_000,
    rowsRead: defaultLimits.rowsRead,
    resultRows,
    memoryBytes: 2 ** 30,
  })
}
