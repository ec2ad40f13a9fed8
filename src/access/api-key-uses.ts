import { and, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { apiKeys } from '../store/tables.ts'
import type { HostKey } from './host.ts'

/** When API keys were last used, to the minute. */
export interface ApiKeyUses {
  /** Takes a microsecond and never fails; nobody waits for the store. */
  note(key: HostKey): void
  /** Stores what is waiting and ends. */
  close(): Promise<void>
}

export interface ApiKeyUsesOptions {
  readonly store: Store
  readonly log: Logger
  readonly everyMs?: number
}

/** For so long a use that was written stands for those after it, on all processes together. */
const writtenForMs = 60_000
const keysMax = 10_000

export function createApiKeyUses({ store, log, everyMs = 5_000 }: ApiKeyUsesOptions): ApiKeyUses {
  const written = new LRUCache<string, true>({ max: keysMax, ttl: writtenForMs })
  const waiting = new Map<string, HostKey>()
  let running: Promise<void> | null = null

  function flush(): Promise<void> {
    running ??= write().finally(() => {
      running = null
    })
    return running
  }

  async function write(): Promise<void> {
    const keys = [...waiting.values()]
    waiting.clear()
    for (const some of byEnvironment(keys)) {
      try {
        await writeUses(store, some)
      } catch (error) {
        // The next use tells it again.
        for (const { apiKeyId } of some) written.delete(apiKeyId)
        log.debug({ err: error }, 'the last use of API keys cannot be stored yet')
      }
    }
  }

  const timer = setInterval(() => {
    if (waiting.size > 0) void flush()
  }, everyMs)
  timer.unref()

  return Object.freeze({
    note(key: HostKey) {
      if (written.has(key.apiKeyId) || waiting.size >= keysMax) return
      written.set(key.apiKeyId, true)
      waiting.set(key.apiKeyId, key)
    },
    async close() {
      clearInterval(timer)
      await running
      await flush()
    },
  })
}

async function writeUses(store: Store, keys: readonly HostKey[]): Promise<void> {
  const [first] = keys
  if (first === undefined) return
  const { organizationId, environmentId } = first
  const ids = keys.map(({ apiKeyId }) => apiKeyId)
  const isOld = or(
    isNull(apiKeys.lastUsedAt),
    lt(apiKeys.lastUsedAt, sql`now() - make_interval(secs => ${writtenForMs / 1000})`),
  )
  await store.transaction({ organizationId, environmentId }, (transaction) =>
    transaction
      .update(apiKeys)
      .set({ lastUsedAt: sql`now()` })
      .where(and(inArray(apiKeys.id, ids), isOld)),
  )
}

function byEnvironment(keys: readonly HostKey[]): readonly (readonly HostKey[])[] {
  const groups = new Map<string, HostKey[]>()
  for (const key of keys) {
    const group = groups.get(key.environmentId)
    if (group === undefined) groups.set(key.environmentId, [key])
    else group.push(key)
  }
  return [...groups.values()]
}
