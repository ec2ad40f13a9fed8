import { TesseraError } from '../errors.ts'

/** Members that one user at a time may hold, handed out in the order in which they were asked for. */
export interface Pool<Member> {
  /**
   * Rejects with the signal's reason when it aborts first.
   * @throws TesseraError WAREHOUSE_UNAVAILABLE where too many wait already, and after `close`
   */
  acquire(signal: AbortSignal): Promise<Member>
  /** Gives a member back, or another one in its place. */
  release(member: Member): void
  /** Whoever waits gets WAREHOUSE_UNAVAILABLE. */
  close(): void
}

interface Waiter<Member> {
  readonly take: (member: Member) => void
  readonly fail: (reason: unknown) => void
}

export function createPool<Member>(members: readonly Member[], waitingMax: number): Pool<Member> {
  const idle = [...members]
  // A set keeps the order in which its entries came and forgets an aborted one at once.
  const waiting = new Set<Waiter<Member>>()
  let closed = false

  function acquire(signal: AbortSignal): Promise<Member> {
    if (closed) return Promise.reject(unavailable('The connections are closed.'))
    if (signal.aborted) return Promise.reject(signal.reason)
    const member = idle.pop()
    if (member !== undefined) return Promise.resolve(member)
    if (waiting.size < waitingMax) return wait(signal)
    return Promise.reject(unavailable(`${waitingMax} statements wait already.`))
  }

  function wait(signal: AbortSignal): Promise<Member> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(waiter)
        signal.removeEventListener('abort', onAbort)
      }
      const onAbort = () => waiter.fail(signal.reason)
      const waiter: Waiter<Member> = {
        take: (member) => {
          leave()
          resolve(member)
        },
        fail: (reason) => {
          leave()
          reject(reason)
        },
      }
      signal.addEventListener('abort', onAbort)
      waiting.add(waiter)
    })
  }

  function release(member: Member): void {
    const [first] = waiting
    if (first === undefined) idle.push(member)
    else first.take(member)
  }

  function close(): void {
    closed = true
    for (const waiter of [...waiting]) waiter.fail(unavailable('The connections are closed.'))
  }

  return Object.freeze({ acquire, release, close })
}

function unavailable(what: string): TesseraError {
  return new TesseraError('WAREHOUSE_UNAVAILABLE', { cause: new Error(what) })
}
