import { createHash } from 'node:crypto'
import type { EnvironmentIdentity, Store } from './store.ts'
import { environments, organizations } from './tables.ts'

export interface EnvironmentNames {
  readonly organization: string
  readonly environment: string
}

/**
 * The environment of these names, made where it does not exist. Its ids follow from the names, so that processes
 * that start at once agree on them without seeing each other's rows.
 */
export async function ensureEnvironment(store: Store, names: EnvironmentNames): Promise<EnvironmentIdentity> {
  const organizationId = idOf('organization', names.organization)
  const environmentId = idOf('environment', names.organization, names.environment)
  const identity = { organizationId, environmentId }
  await store.transaction(identity, async (transaction) => {
    await transaction
      .insert(organizations)
      .values({ id: organizationId, name: names.organization })
      .onConflictDoNothing()
    await transaction
      .insert(environments)
      .values({ organizationId, id: environmentId, name: names.environment })
      .onConflictDoNothing()
  })
  return identity
}

/** A UUID of version 8: the names' own digest. */
function idOf(...names: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(names)).digest('hex')
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
