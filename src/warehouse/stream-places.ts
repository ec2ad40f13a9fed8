import { TesseraError } from '../errors.ts'

/** For whom rows are streamed. */
export interface StreamOwner {
  readonly tenant: string
  readonly token: string
}

/** How many streams there may be at a time: whoever takes rows slowly keeps a place for long. */
export interface StreamPlaces {
  /**
   * Returns how to give the place back. Waits a while for one, behind those who came before and may have it.
   * @throws RATE_LIMITED where none got free; the signal's reason when it aborts first
   */
  take(owner: StreamOwner, signal: AbortSignal): Promise<() => void>
}

/** Shorter than browsers and proxies wait, and than links live. */
const defaultPatienceMs = 20_000
const waitingMax = 100
const retryAfterSeconds = 10

interface Waiter {
  readonly owner: StreamOwner
  readonly take: () => void
}

/** One tenant gets half of them at most and one token a quarter, so that there are some for the others. */
export function createStreamPlaces(places: number, patienceMs = defaultPatienceMs): StreamPlaces {
  const perTenant = Math.max(1, Math.floor(places / 2))
  const perToken = Math.max(1, Math.floor(places / 4))
  const taken = new Set<StreamOwner>()
  const waiting = new Set<Waiter>()

  function mayTake({ tenant, token }: StreamOwner): boolean {
    const ofTenant = [...taken].filter((owner) => owner.tenant === tenant)
    const ofToken = ofTenant.filter((owner) => owner.token === token)
    return taken.size < places && ofTenant.length < perTenant && ofToken.length < perToken
  }

  function hold(owner: StreamOwner): () => void {
    const own = { ...owner }
    taken.add(own)
    return () => {
      if (!taken.delete(own)) return
      const next = [...waiting].find((waiter) => mayTake(waiter.owner))
      next?.take()
    }
  }

  async function take(owner: StreamOwner, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (mayTake(owner)) return hold(owner)
    if (waiting.size >= waitingMax) throw noneFree()
    return waitFor(owner, signal)
  }

  function waitFor(owner: StreamOwner, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        waiting.delete(waiter)
        signal.removeEventListener('abort', onAbort)
      }
      const fail = (reason: unknown) => {
        leave()
        reject(reason)
      }
      const onAbort = () => fail(signal.reason)
      const timer = setTimeout(() => fail(noneFree()), patienceMs)
      const waiter: Waiter = {
        owner,
        take: () => {
          leave()
          resolve(hold(owner))
        },
      }
      signal.addEventListener('abort', onAbort)
      waiting.add(waiter)
    })
  }

  return Object.freeze({ take })
}

function noneFree(): TesseraError {
  return new TesseraError('RATE_LIMITED', { expected: 'fewer files of rows at a time', retryAfterSeconds })
}
