import type { Logger } from '../log.ts'
import type { Channel, Store } from '../store/store.ts'

export interface ChangeFeedOptions {
  readonly store: Pick<Store, 'listen'>
  readonly log: Logger
  readonly channel: Channel
  /** What the log calls it. */
  readonly what: string
  /**
   * Reads what came since the reading before, or all there is: at first, after a failure, since whatever comes back may be another
   * server, after notices were lost, and where this process did not ask for a minute. Where times tell what is new it reads that
   * of the last two minutes again and again: a transaction may be seen late, and one lasts 30 s at the most.
   */
  readonly read: (all: boolean) => Promise<void>
  /** How often the store is asked, whether it notified or not. */
  readonly everyMs?: number
}

/** A process that could not ask for longer than this begins anew. */
const gapMaxMs = 60_000

/**
 * Reads all there is, and then what comes: when the store notifies, and every second, because notices are lost with the
 * connection that brings them.
 * @returns how to stop
 * @throws what the first reading throws
 */
export async function followChanges(options: ChangeFeedOptions): Promise<() => Promise<void>> {
  const { store, log, channel, what, everyMs = 1_000 } = options
  let readAt = Number.NEGATIVE_INFINITY
  let readOn = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null
  let isOutdated = false
  let hasFailed = false
  let wereLost = false
  let isStopped = false

  async function read(): Promise<void> {
    // The first stands still while the machine sleeps; the second may be set back.
    const [startedAt, startedOn] = [performance.now(), Date.now()]
    const isGap = startedAt - readAt >= gapMaxMs || Math.abs(startedOn - readOn) >= gapMaxMs
    const all = hasFailed || wereLost || isGap
    wereLost = false
    await options.read(all)
    readAt = startedAt
    readOn = startedOn
  }

  async function refresh(): Promise<void> {
    try {
      do {
        isOutdated = false
        await read()
        if (hasFailed) log.info(`${what} can be read again`)
        hasFailed = false
      } while (isOutdated)
    } catch (error) {
      if (!hasFailed) log.warn({ err: error }, `${what} cannot be read; known ones hold`)
      hasFailed = true
    }
  }

  /** One run at a time; a notice that comes meanwhile makes it read once more. */
  function look(): void {
    running ??= refresh().finally(() => {
      running = null
    })
  }

  await store.listen(channel, (payload) => {
    if (isStopped) return
    if (payload === null) wereLost = true
    isOutdated = true
    look()
  })
  await read()
  const timer = setInterval(look, everyMs)
  timer.unref()

  return async () => {
    isStopped = true
    clearInterval(timer)
    await running
  }
}
