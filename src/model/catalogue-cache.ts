import { LRUCache } from 'lru-cache'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Logger } from '../log.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { buildCatalogue, emptyCatalogue } from './catalogue.ts'
import { environmentKey, loadModel, readModelVersion } from './repository.ts'

export interface CatalogueCache {
  /**
   * The environment's catalogue: from memory while it is fresh, empty where no model was applied.
   * @throws what the store throws, where no catalogue is known yet
   */
  get(identity: EnvironmentIdentity): Promise<Catalogue>
  /** The next `get` waits for what the store has by then: for whoever has just applied a model. */
  forget(identity: EnvironmentIdentity): void
  /**
   * Called with the key of an environment when its model has changed or may have; from then on `get` gives the changed one
   * as soon as the store does.
   */
  onChange(call: (environmentKey: string) => void): void
}

export interface CatalogueCacheOptions {
  readonly store: Store
  readonly log: Logger
  /** From this age on the version is compared with the store's, behind the answer. */
  readonly maxAgeMs?: number
}

interface Known {
  readonly catalogue: Catalogue
  checkedAt: number
  /** A change is known of. */
  isOutdated: boolean
}

const environmentsMax = 1_000
/** How long a store that failed is left alone. */
const retryMs = 1_000

/** Keeps a known catalogue while the store fails. A lost notice delays a change until the store notifies again, and by `maxAgeMs` at most. */
export async function createCatalogueCache(options: CatalogueCacheOptions): Promise<CatalogueCache> {
  const { store, log, maxAgeMs = 10_000 } = options
  const known = new LRUCache<string, Known>({ max: environmentsMax })
  const loading = new Map<string, Promise<Catalogue>>()
  const calls: ((environmentKey: string) => void)[] = []

  function tell(key: string): void {
    for (const call of calls) call(key)
  }

  /** Callers of the same environment share one load, unless a change came to be known since it began. */
  function refresh(key: string, identity: EnvironmentIdentity): Promise<Catalogue> {
    const running = loading.get(key)
    if (running !== undefined) return running
    const before = known.get(key)
    const started = load(store, identity, before?.catalogue ?? null).then((catalogue) => {
      if (loading.get(key) !== started) return catalogue
      known.set(key, { catalogue, checkedAt: now(), isOutdated: false })
      // Of a change that nobody told of.
      if (before?.isOutdated === false && before.catalogue.version !== catalogue.version) tell(key)
      return catalogue
    })
    const settled = started.finally(() => {
      if (loading.get(key) === started) loading.delete(key)
    })
    settled.catch(() => undefined)
    loading.set(key, started)
    return started
  }

  function keepServing(found: Known, error: unknown): void {
    found.isOutdated = false
    found.checkedAt = now() - maxAgeMs + retryMs
    log.warn({ err: error }, 'the model could not be read; the known one stays in force')
  }

  function outdate(key: string): void {
    loading.delete(key)
    const found = known.get(key)
    if (found !== undefined) found.isOutdated = true
    tell(key)
  }

  await store.listen('model', (key) => {
    if (key === null) for (const each of new Set([...known.keys(), ...loading.keys()])) outdate(each)
    else outdate(key)
  })

  return {
    async get(identity) {
      const key = environmentKey(identity)
      const found = known.get(key)
      if (found === undefined) return refresh(key, identity)
      if (found.isOutdated) {
        try {
          return await refresh(key, identity)
        } catch (error) {
          keepServing(found, error)
        }
      } else if (now() - found.checkedAt >= maxAgeMs) {
        refresh(key, identity).catch((error) => keepServing(found, error))
      }
      return found.catalogue
    },
    forget: (identity) => outdate(environmentKey(identity)),
    onChange: (call) => void calls.push(call),
  }
}

function now(): number {
  return performance.now()
}

async function load(
  store: Store,
  identity: EnvironmentIdentity,
  known: Catalogue | null,
): Promise<Catalogue> {
  if (known !== null && (await readModelVersion(store, identity)) === known.version) return known
  const model = await loadModel(store, identity)
  return model === null ? emptyCatalogue : buildCatalogue(model.document, model.columns, model.version)
}
