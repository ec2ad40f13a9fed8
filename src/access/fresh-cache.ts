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

  async function start(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const loadedAt = performance.now()
    const value = await load()
    if (value === null) {
      known.delete(key)
      absent.set(key, true)
    } else {
      known.set(key, { value, loadedAt })
    }
    return value
  }

  function shared(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const running = loading.get(key)
    if (running !== undefined) return running
    const started = start(key, load).finally(() => loading.delete(key))
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
  }
}
