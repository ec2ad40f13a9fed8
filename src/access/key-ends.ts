/** When signing keys stop verifying, for tokens that were verified before. */
export interface KeyEnds {
  hasEnded(keyId: string, now: Date): boolean
  /** Called when a key was given an end, and when one ends. */
  onChange(listener: () => void): void
}

export interface KnownKeyEnds extends KeyEnds {
  add(keyId: string, endsAt: Date): void
}

/** No token lives longer after its key has ended: such ends need not be kept. */
const keptMs = 2 * 86_400_000

export function createKeyEnds(): KnownKeyEnds {
  const ends = new Map<string, number>()
  const listeners = new Set<() => void>()

  function tell(): void {
    for (const listener of listeners) listener()
  }

  return Object.freeze({
    add(keyId: string, endsAt: Date) {
      const now = Date.now()
      for (const [id, end] of ends) if (end < now - keptMs) ends.delete(id)
      const remainingMs = endsAt.getTime() - now
      if (remainingMs < -keptMs) return
      ends.set(keyId, endsAt.getTime())
      tell()
      // A grace time is a day at the most, which a timer can wait for.
      if (remainingMs > 0) setTimeout(tell, remainingMs + 1).unref()
    },
    hasEnded(keyId: string, now: Date) {
      const end = ends.get(keyId)
      return end !== undefined && end <= now.getTime()
    },
    onChange(listener: () => void) {
      listeners.add(listener)
    },
  })
}
