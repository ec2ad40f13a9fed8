export interface Closers {
  /** What is opened later is closed earlier. */
  add(close: () => Promise<void>): void
  /** Closes everything, whatever fails; then rejects with what failed. Closes once, however often it is called. */
  closeAll(): Promise<void>
}

export function createClosers(): Closers {
  const closers: (() => Promise<void>)[] = []
  let closing: Promise<void> | null = null

  async function run(): Promise<void> {
    const failures: unknown[] = []
    for (const close of closers.toReversed()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.')
  }

  return {
    add: (close) => {
      closers.push(close)
    },
    closeAll: () => {
      closing ??= run()
      return closing
    },
  }
}
