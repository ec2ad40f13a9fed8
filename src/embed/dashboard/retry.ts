import { type Problem, waitBeforeRetry } from '../states/problem.ts'

export interface Retry {
  /**
   * After the shortest of the waits that the problems ask for, and no later than was planned before, however often it is
   * planned; none of them, and the next one waits as the first did.
   */
  plan(problems: readonly Problem[]): void
  /** Now, where any of the problems may pass by itself. */
  now(problems: readonly Problem[]): void
  /** What comes next waits as the first did. */
  reset(): void
  stop(): void
}

/** Asks again by itself, after waits that grow. */
export function createRetry(again: () => void): Retry {
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let dueAt = Number.POSITIVE_INFINITY
  const stop = () => {
    clearTimeout(timer)
    dueAt = Number.POSITIVE_INFINITY
  }
  const run = () => {
    stop()
    attempt += 1
    again()
  }
  return {
    plan: (problems) => {
      const random = Math.random()
      const waits = problems.flatMap((found) => waitBeforeRetry(found, attempt, random) ?? [])
      if (waits.length === 0) {
        stop()
        attempt = 0
        return
      }
      const wait = Math.min(...waits)
      if (Date.now() + wait >= dueAt) return
      clearTimeout(timer)
      dueAt = Date.now() + wait
      timer = setTimeout(run, wait)
    },
    now: (problems) => {
      if (problems.some((found) => waitBeforeRetry(found, 0) !== null)) run()
    },
    reset: () => {
      attempt = 0
    },
    stop,
  }
}
