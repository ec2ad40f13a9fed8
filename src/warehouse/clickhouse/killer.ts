import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../log.ts'
import { readBody } from './engine.ts'
import { failureOf } from './failure.ts'
import type { Node } from './node.ts'

/** Ends queries that nobody waits for any more, in the server that has them. */
export interface Killer {
  /** By the query's random id, so it can't hit any other. */
  kill(node: Node, queryId: string): void
  /** Waits for the kills that are under way. */
  close(): Promise<void>
}

/** A kill that comes before the server knows of the query finds nothing, so it is tried again. */
const attemptsMs = [0, 100, 500]
const timeoutMs = 5_000

export function createKiller(log: Logger): Killer {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const kills = new Set<Promise<void>>()

  async function attempt(node: Node, queryId: string): Promise<void> {
    try {
      for (const waitMs of attemptsMs) {
        if (waitMs > 0) await delay(waitMs, undefined, { signal: closing.signal })
        if (await killOnce(node, queryId)) return
      }
    } catch (error) {
      if (!closing.signal.aborted) log.warn({ err: failureOf(error) }, 'an aborted query could not be ended')
    }
  }

  function kill(node: Node, queryId: string): void {
    const ended = attempt(node, queryId).finally(() => kills.delete(ended))
    kills.add(ended)
  }

  async function close(): Promise<void> {
    await Promise.race([Promise.all(kills), delay(timeoutMs, undefined, { ref: false })])
    closing.abort()
  }

  return Object.freeze({ kill, close })
}

/** Whether the server knew of it. */
async function killOnce(node: Node, queryId: string): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs)
  const outcome = await node.ask(
    {
      text: 'KILL QUERY WHERE query_id = {id:String} ASYNC FORMAT TabSeparated',
      parameters: [{ name: 'id', type: 'String', value: queryId }],
      queryId: crypto.randomUUID(),
      lane: 'control',
      settings: {},
    },
    signal,
  )
  if (!outcome.reached) throw outcome.failure
  return (await readBody(outcome.body, signal)) !== ''
}
