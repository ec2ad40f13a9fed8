import { TesseraError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { unlessAborted } from './bounds.ts'

/**
 * Keeps statements from a source that is not there, so that each of them fails at once instead of after its time. What a
 * statement itself brings about never opens it: no time-out, no exception, no answer that breaks off.
 */
export interface Breaker {
  /**
   * Resolves where statements may be sent. After a pause one look decides for all who ask meanwhile.
   * @throws TesseraError WAREHOUSE_UNAVAILABLE with `retryAfterSeconds`, and the signal's reason
   */
  pass(signal: AbortSignal): Promise<void>
  /** The source answered, whatever it said. */
  answered(): void
  /** No address of the source was reached. */
  missed(failure: TesseraError): void
}

export interface BreakerOptions {
  /** The name of the data source, for the log. */
  readonly name: string
  readonly log: Logger
  /** Ends soon, and says what it found by `answered` or `missed`. */
  readonly look: () => Promise<void>
  readonly limits?: BreakerLimits
}

export interface BreakerLimits {
  /** After so many misses in a row, */
  readonly misses: number
  /** over so long at least, since the statements of one dashboard miss at once, */
  readonly overMs: number
  /** nothing is sent for so long. */
  readonly pauseMs: number
}

const defaultLimits: BreakerLimits = { misses: 5, overMs: 2_000, pauseMs: 1_000 }

export function createBreaker({ name, log, look, limits = defaultLimits }: BreakerOptions): Breaker {
  let misses = 0
  let firstMissedAt = 0
  let openUntil: number | null = null
  let looking: Promise<void> | null = null

  async function pass(signal: AbortSignal): Promise<void> {
    if (openUntil === null) return
    if (performance.now() >= openUntil) {
      looking ??= look().finally(() => {
        looking = null
      })
      await unlessAborted(looking, signal)
    }
    refuseWhileOpen()
  }

  function refuseWhileOpen(): void {
    if (openUntil === null) return
    const seconds = Math.ceil((openUntil - performance.now()) / 1_000)
    throw new TesseraError('WAREHOUSE_UNAVAILABLE', {
      retryAfterSeconds: Math.max(1, seconds),
      cause: new Error('The data source was not reached a moment ago.'),
    })
  }

  function answered(): void {
    misses = 0
    if (openUntil === null) return
    openUntil = null
    log.info({ dataSource: name }, 'the data source is reached again')
  }

  function missed(failure: TesseraError): void {
    const now = performance.now()
    if (misses === 0) firstMissedAt = now
    misses += 1
    if (openUntil === null) {
      if (misses < limits.misses || now - firstMissedAt < limits.overMs) return
      log.warn({ dataSource: name, err: failure }, 'the data source is not reached: nothing is sent for now')
    }
    openUntil = now + limits.pauseMs
  }

  return Object.freeze({ pass, answered, missed })
}
