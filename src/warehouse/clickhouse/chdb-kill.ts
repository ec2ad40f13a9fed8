import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../log.ts'
import type { OpenConnection, Session } from './chdb-session.ts'
import { failureOf } from './failure.ts'

export interface Killer {
  /**
   * Ends what the session runs; true once that has settled and no kill is under way that could hit the session's next
   * query, false when it is given up.
   */
  end(session: Session, settled: Promise<unknown>): Promise<boolean>
  close(): Promise<void>
}

/** A kill takes 7 ms; one that came before the engine began with the query found nothing and is repeated. */
const retryMs = 250

/** Kills go through a connection of their own, one after the other. */
export function createKiller(open: OpenConnection, giveUpMs: number, log: Logger): Killer {
  const control = open()
  let last: Promise<void> = Promise.resolve()

  function kill(tag: string): Promise<void> {
    last = last.then(async () => {
      try {
        // SYNC would hang.
        await control.exec({ query: `KILL QUERY WHERE Settings['log_comment'] = '${tag}' ASYNC` })
      } catch (error) {
        log.warn({ err: failureOf(error) }, 'an aborted query could not be ended')
      }
    })
    return last
  }

  async function end({ tag }: Session, settled: Promise<unknown>): Promise<boolean> {
    const givenUpAt = performance.now() + giveUpMs
    while (performance.now() < givenUpAt) {
      await kill(tag)
      if (await settlesWithin(settled, retryMs)) return true
    }
    return false
  }

  async function close(): Promise<void> {
    await last
    await control.close()
  }

  return Object.freeze({ end, close })
}

async function settlesWithin(settled: Promise<unknown>, ms: number): Promise<boolean> {
  const patience = new AbortController()
  const patient = delay(ms, false, { signal: patience.signal }).catch(() => false)
  const inTime = await Promise.race([settled.then(() => true), patient])
  patience.abort()
  return inTime
}
