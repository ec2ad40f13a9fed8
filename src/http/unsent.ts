/** What waits in this process until its readers take it, of all answers together. */
export interface Unsent {
  /**
   * Counts the bytes of an answer until they are taken or it is released. There is always room: where all would be more
   * than the bound, others are ended before, first those that were not taken from for longest, of the holder of the most.
   * So nobody's readers cost another tenant an answer before they cost their own one.
   */
  hold(holder: string, bytes: number, end: () => void): Held
}

export interface Held {
  /** That its reader took so many of them. */
  taken(bytes: number): void
  release(): void
}

interface Waiting {
  readonly holder: string
  readonly end: () => void
  bytes: number
}

export function createUnsent(bytesMax: number): Unsent {
  /** That which was taken from last stands last. */
  const waiting = new Set<Waiting>()
  const ofHolders = new Map<string, number>()
  let total = 0

  function count({ holder }: Waiting, bytes: number): void {
    total += bytes
    const ofHolder = (ofHolders.get(holder) ?? 0) + bytes
    if (ofHolder === 0) ofHolders.delete(holder)
    else ofHolders.set(holder, ofHolder)
  }

  function release(answer: Waiting): void {
    if (waiting.delete(answer)) count(answer, -answer.bytes)
  }

  function first(): Waiting | null {
    let found: Waiting | null = null
    let most = 0
    for (const answer of waiting) {
      const ofHolder = ofHolders.get(answer.holder) ?? 0
      if (ofHolder <= most) continue
      most = ofHolder
      found = answer
    }
    return found
  }

  function makeRoom(): void {
    while (total > bytesMax) {
      const answer = first()
      if (answer === null) return
      release(answer)
      answer.end()
    }
  }

  return Object.freeze({
    hold(holder: string, bytes: number, end: () => void): Held {
      const answer = { holder, end, bytes }
      count(answer, bytes)
      makeRoom()
      waiting.add(answer)
      return {
        taken(some: number) {
          if (!waiting.delete(answer)) return
          count(answer, -some)
          answer.bytes -= some
          waiting.add(answer)
        },
        release: () => release(answer),
      }
    },
  })
}
