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
