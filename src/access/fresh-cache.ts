import { LRUCache } from 'lru-cache'

export interface Freshness {
  /** How many answers are kept; the least recently used go first. */
  readonly entries: number
  /** From this age on an answer is still given at once, and renewed behind it. */
  readonly renewAfterMs: number
  /** An older answer is not given: the caller waits for a new one. */
  readonly maxAgeMs: number
  /** How old an answer may be while the source fails. */
  readonly maxAgeOnFailureMs: number
  /** How long it is remembered that there is nothing. */
  readonly absentMaxAgeMs: number
  /** Told of a failure that the known answer covered up. */
  readonly onFailure: (error: unknown) => void
}

export interface FreshCache<T extends object> {
  /** Null where the source has nothing. Callers of the same key share one load. */
  get(key: string, load: () => Promise<T | null>): Promise<T | null>
  /** The next `get` asks the source; what was asked before is not kept. */
  forget(key: string): void
  /** Puts another in the place of what is known, for whoever learned of a change. What was asked before is not kept. */
  change(key: string, change: (value: T) => T): void
}

interface Known<T> {
  readonly value: T
  readonly loadedAt: number
}

/** Nothing is in it that a client sent, but for ids that were looked up; absent ones can't push out known ones. */
export function createFreshCache<T extends object>(freshness: Freshness): FreshCache<T> {
  const known = new LRUCache<string, Known<T>>({ max: freshness.entries })
  const absent = new LRUCache<string, true>({ max: freshness.entries, ttl: freshness.absentMaxAgeMs })
  const loading = new Map<string, Promise<T | null>>()

  function keep(key: string, value: T | null, loadedAt: number): void {
    if (value !== null) {
      known.set(key, { value, loadedAt })
      return
    }
    known.delete(key)
    absent.set(key, true)
  }

  function shared(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const running = loading.get(key)
    if (running !== undefined) return running
    const loadedAt = performance.now()
    // What was forgotten or changed meanwhile is newer than what this brings.
    const isLatest = () => loading.get(key) === started
    const started = load()
      .then((value) => {
        if (isLatest()) keep(key, value, loadedAt)
        return value
      })
      .finally(() => {
        if (isLatest()) loading.delete(key)
      })
    loading.set(key, started)
    return started
  }

  return {
    async get(key, load) {
      if (absent.has(key)) return null
      const found = known.get(key)
      if (found === undefined) return shared(key, load)
      const age = performance.now() - found.loadedAt
      if (age < freshness.renewAfterMs) return found.value
      if (age < freshness.maxAgeMs) {
        shared(key, load).catch(freshness.onFailure)
        return found.value
      }
      try {
        return await shared(key, load)
      } catch (error) {
        if (age >= freshness.maxAgeOnFailureMs) throw error
        freshness.onFailure(error)
        return found.value
      }
    },
    forget(key) {
      loading.delete(key)
      absent.delete(key)
      known.delete(key)
    },
    change(key, change) {
      loading.delete(key)
      const found = known.peek(key)
      if (found !== undefined) known.set(key, { ...found, value: change(found.value) })
    },
  }
}
