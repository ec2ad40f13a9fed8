const signals = ['SIGINT', 'SIGTERM'] as const

/** Resolves at the first signal to stop; a second one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const onSignal = () => {
      if (asked) process.exit(1)
      asked = true
      resolve()
    }
    for (const signal of signals) process.on(signal, onSignal)
  })
}
