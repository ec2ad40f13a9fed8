import { type RegisteredTenant, selectTenants } from '../access/places/tenant-rows.ts'
import type { DataSources } from '../data-sources/data-sources.ts'
import type { ModelChange } from '../graphql/context.ts'
import type { EnvironmentIdentity, Store } from '../store/store.ts'
import { buildCatalogue } from './catalogue.ts'
import { describeChange } from './change.ts'
import { type ResolvedModel, resolveModel } from './check.ts'
import { buildDataSource } from './data-source.ts'
import { obstacleFindings } from './obstacles.ts'
import { type ParsedModel, parseWithPlaces } from './parse.ts'
import { loadModel, replaceModel } from './repository.ts'

export interface Applying {
  readonly store: Store
  readonly identity: EnvironmentIdentity
  readonly dataSources: Pick<DataSources, 'try'>
  /** Whose places are not looked at: tenants of other regions and those who were erased. */
  readonly isSecret: (tenantId: string) => boolean
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
  const { store, identity, dryRun } = applying
  const { document, locate } = parseWithPlaces(applying.document)
  const tenants = await store.transaction(identity, (transaction) => selectTenants(transaction, identity))
  const model = await resolve({ document, locate }, tenants, applying)
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

/** Against its own data sources, those that are not in force included. */
async function resolve(
  { document, locate }: ParsedModel,
  tenants: readonly RegisteredTenant[],
  { identity, dataSources, isSecret }: Applying,
): Promise<ResolvedModel> {
  const trial = await dataSources.try(identity, document.dataSources.map(buildDataSource))
  try {
    const samples = tenants.filter(({ tenantId }) => !isSecret(tenantId))
    const obstacles = obstacleFindings(document, trial.obstacles)
    return await resolveModel(document, trial.warehouses, locate, { known: obstacles, tenants, samples })
  } finally {
    await trial.close()
  }
}
