export interface Recurring {
  /** Resolves when what is under way has ended. */
  close(): Promise<void>
}

export interface RecurringOptions {
  readonly everyMs: number
  /** What failed is tried again at the next time. */
  readonly onFailure: (error: unknown) => void
}

/** Does it now and again and again, never twice at a time, without keeping the process alive. */
export function recurring(
  work: (end: AbortSignal) => Promise<void>,
  { everyMs, onFailure }: RecurringOptions,
): Recurring {
  const end = new AbortController()
  let running: Promise<void> | null = null

  function run(): void {
    running ??= work(end.signal)
      .catch(onFailure)
      .finally(() => {
        running = null
      })
  }

  run()
  const timer = setInterval(run, everyMs)
  timer.unref()
  return Object.freeze({
    close: async () => {
      clearInterval(timer)
      end.abort()
      await running
    },
  })
}
