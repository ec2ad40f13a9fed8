import type { Logger } from '../../log.ts'
import type { Store } from '../../store/store.ts'
import { followChanges } from '../change-feed.ts'
import { createNeighbours, type Neighbours } from './neighbours.ts'
import { type Address, addressOf } from './place.ts'
import type { Regions } from './regions.ts'
import type { Routing } from './routing.ts'
import { type RegisteredTenant, readTenants, type TenantVersion, withoutContent } from './tenant-rows.ts'

/** The registered tenants of all environments as this process knows them: those of the store, two seconds late at most. */
export interface RegisteredTenants {
  find(environmentId: string, tenantId: string): RegisteredTenant | null
  /** Who is where in an environment, by their own entries. */
  neighbours(environmentId: string, routing: Routing): Neighbours
  /** False where the store could not be asked for longer than an outage may last: any tenant may have moved. */
  isCurrent(): boolean
  /** One that was written just now: it holds here at once. */
  note(tenant: RegisteredTenant): void
  /** Called with those of whom something changed. */
  onChange(call: (changed: readonly RegisteredTenant[]) => void): void
  /** Learns of them, and then of what other processes change. Answers how to stop. */
  watch(): Promise<() => Promise<void>>
}

export interface RegisteredTenantsOptions {
  readonly store: Store
  readonly log: Logger
  readonly outageMaxMs: number
  /** Of tenants who are pinned to another nothing else is kept at hand; any may be here unless it is given. */
  readonly regions?: Regions
  /** How often the store is asked, whether it notified or not. */
  readonly everyMs?: number
}

/** Of one environment. */
interface Known {
  readonly tenants: Map<string, RegisteredTenant>
  placed: Placed | null
}

/** Where entries lead under one model. */
interface Placed {
  readonly routing: Routing
  readonly neighbours: Neighbours
  readonly addresses: Map<string, Address>
}

export function createRegisteredTenants(options: RegisteredTenantsOptions): RegisteredTenants {
  const { store, log, outageMaxMs, regions, everyMs = 1_000 } = options
  const environments = new Map<string, Known>()
  const calls: ((changed: readonly RegisteredTenant[]) => void)[] = []
  let readAt = Number.NEGATIVE_INFINITY

  function knownOf(environmentId: string): Known {
    const found = environments.get(environmentId)
    if (found !== undefined) return found
    const made: Known = { tenants: new Map(), placed: null }
    environments.set(environmentId, made)
    return made
  }

  /** A reading that began before may tell of what this took the place of. */
  function change(tenants: readonly RegisteredTenant[]): void {
    const changed: RegisteredTenant[] = []
    for (const tenant of tenants) {
      const { environmentId, tenantId } = tenant
      const known = knownOf(environmentId)
      const before = known.tenants.get(tenantId)
      if (before?.version === tenant.version || (before !== undefined && before.changedAt > tenant.changedAt))
        continue
      const isHere = regions?.isHere(tenant.region) ?? true
      known.tenants.set(tenantId, isHere ? tenant : withoutContent(tenant))
      if (known.placed !== null) place(known.placed, tenant)
      changed.push(tenant)
    }
    if (changed.length > 0) for (const call of calls) call(changed)
  }

  function isKnown({ environmentId, tenantId, version }: TenantVersion): boolean {
    return environments.get(environmentId)?.tenants.get(tenantId)?.version === version
  }

  async function read(all: boolean): Promise<void> {
    const startedAt = performance.now()
    change(await readTenants(store, all, isKnown))
    readAt = startedAt
  }

  return Object.freeze({
    find: (environmentId, tenantId) => environments.get(environmentId)?.tenants.get(tenantId) ?? null,
    neighbours(environmentId, routing) {
      const known = knownOf(environmentId)
      if (known.placed?.routing !== routing) known.placed = placedIn(routing, known.tenants.values())
      return known.placed.neighbours
    },
    isCurrent: () => performance.now() - readAt <= outageMaxMs,
    note: (tenant) => change([tenant]),
    onChange: (call) => void calls.push(call),
    watch: () => followChanges({ store, log, channel: 'tenants', what: 'tenants', read, everyMs }),
  } satisfies RegisteredTenants)
}

export function placedIn(routing: Routing, tenants: Iterable<RegisteredTenant>): Placed {
  const placed: Placed = { routing, neighbours: createNeighbours(routing), addresses: new Map() }
  for (const tenant of tenants) place(placed, tenant)
  return placed
}

/** In the place of where it was before. */
function place({ routing, neighbours, addresses }: Placed, tenant: RegisteredTenant): void {
  const { tenantId } = tenant
  const before = addresses.get(tenantId)
  if (before !== undefined) neighbours.remove(before)
  addresses.delete(tenantId)
  const address = saysWhere(tenant) ? addressOf(tenantId, tenant, routing) : null
  if (address === null) return
  addresses.set(tenantId, address)
  neighbours.add(address)
}

/** Where nothing is said, the rule is, which is looked at without an entry. */
export function saysWhere({ dataSource, database, schema }: RegisteredTenant): boolean {
  return dataSource !== null || database !== null || schema !== null
}
