import type { ModelChange } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import { buildCatalogue } from './catalogue.ts'
import { describeChange } from './change.ts'
import { resolveModel } from './check.ts'
import { parseWithPlaces } from './parse.ts'
import { loadModel, replaceModel } from './repository.ts'

export interface Applying {
  readonly store: Store
  readonly identity: EnvironmentIdentity
  readonly warehouses: Warehouses
  /** YAML or JSON text, or the document as an object. */
  readonly document: unknown
  /** Checks and answers what would change, and changes nothing. */
  readonly dryRun: boolean
}

/**
 * Puts a document in the place of the environment's model, all or nothing.
 * @throws BAD_USER_INPUT whose `details.problems` hold all that is wrong; WAREHOUSE_UNAVAILABLE; NOT_FOUND where there
 *   is no such environment
 */
export async function applyModel(applying: Applying): Promise<ModelChange> {
  const { store, identity, warehouses, dryRun } = applying
  const { document, locate } = parseWithPlaces(applying.document)
  const model = await resolveModel(document, warehouses, locate)
  // What the checks overlook fails here and not when a guest asks.
  buildCatalogue(document, model.columns, 0)
  if (dryRun) {
    const current = await loadModel(store, identity)
    const changes = describeChange(current?.document ?? null, document)
    return { version: (current?.version ?? 0) + 1, dryRun, changes }
  }
  const { before, version } = await replaceModel(store, identity, model)
  return { version, dryRun, changes: describeChange(before, document) }
}
