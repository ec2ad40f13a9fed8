import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { followChanges } from './change-feed.ts'
import { type Cursor, fromTheBeginning, readRevocations, sweepRevocations } from './revocation-rows.ts'
import { createRevocationSet, type RevocableToken, type Revocation } from './revocation-set.ts'

/** The revocations of all environments as this process knows them: those of the store, a second late at most. */
export interface Revocations {
  covers(token: RevocableToken): boolean
  /** False where it says that it was minted later than could be. */
  isPlausible(token: RevocableToken): boolean
  /** One that was committed just now: it holds here at once. */
  add(revocation: Revocation): void
  /** False where the store could not be asked for longer than an outage may last: any token may have been revoked. */
  isCurrent(): boolean
  /** @throws where the last answer of the store is older than it ever is while all goes well */
  check(): Promise<void>
  /** Called when there are more, and when they are no longer current. */
  onChange(listener: () => void): void
  close(): Promise<void>
}

export interface RevocationsOptions {
  readonly store: Store
  readonly log: Logger
  readonly outageMaxMs: number
  /** How often the store is asked, whether it notified or not. */
  readonly everyMs?: number
}

const sweepEveryMs = 60_000
const readyMaxAgeMs = 5_000

/**
 * Reads them all, and then what comes.
 * @throws what the store throws; without them no token can be trusted
 */
export async function openRevocations(options: RevocationsOptions): Promise<Revocations> {
  const { store, log, outageMaxMs, everyMs = 1_000 } = options
  const set = createRevocationSet()
  const listeners = new Set<() => void>()
  let cursor: Cursor = fromTheBeginning
  let readAt = Number.NEGATIVE_INFINITY
  let sweptAt = 0
  const ageMs = () => performance.now() - readAt
  const isCurrent = () => ageMs() <= outageMaxMs

  async function read(all: boolean): Promise<void> {
    const startedAt = performance.now()
    const found = await readRevocations(store, all ? fromTheBeginning : cursor)
    for (const revocation of found.revocations) set.add(revocation)
    cursor = found.cursor
    readAt = startedAt
    if (found.revocations.length > 0) tell()
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }

  function sweep(): void {
    sweptAt = performance.now()
    set.sweep(Date.now())
    sweepRevocations(store).catch((error: unknown) => {
      log.debug({ err: error }, 'revocations that are over cannot be removed yet')
    })
  }

  const stop = await followChanges({ store, log, channel: 'revocations', what: 'revocations', read, everyMs })
  sweep()
  const timer = setInterval(() => {
    if (!isCurrent()) tell()
    if (performance.now() - sweptAt >= sweepEveryMs) sweep()
  }, everyMs)
  timer.unref()

  return Object.freeze({
    covers: (token: RevocableToken) => set.covers(token),
    isPlausible: (token: RevocableToken) => set.isPlausible(token),
    add: (revocation: Revocation) => {
      set.add(revocation)
      tell()
    },
    isCurrent,
    check: async () => {
      if (ageMs() > readyMaxAgeMs) throw new Error('The store has not been asked for revocations.')
    },
    onChange: (listener: () => void) => {
      listeners.add(listener)
    },
    close: async () => {
      clearInterval(timer)
      await stop()
    },
  })
}
