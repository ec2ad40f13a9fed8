import { type Address, connectedTo, isSaidForOne, namespaceOf } from './place.ts'
import { isTemplate, tenantOfName } from './place-name.ts'
import type { Routing } from './routing.ts'

/** The places that were said one by one, to see who would meet there. */
export interface Neighbours {
  add(address: Address): void
  remove(address: Address): void
  /** Who else has this place, by an entry or by what the rule would give somebody; null where nobody does. */
  meeting(address: Address): Meeting | null
}

/** A tenant's id, or everybody whose place the rule leaves where it is for all. */
export type Meeting = { readonly tenantId: string } | 'everybody'

/**
 * Names that differ in the case of letters alone count as one: some disks have it so. So does a database of PostgreSQL that is
 * named and the one that the data source's own address names, which nobody here knows.
 */
export function createNeighbours(routing: Routing): Neighbours {
  const known = new Map<string, Address[]>()

  return {
    add(address) {
      const key = keyOf(address)
      known.set(key, [...(known.get(key) ?? []), address])
    },
    remove({ tenantId, ...address }) {
      const key = keyOf(address)
      const rest = (known.get(key) ?? []).filter((other) => other.tenantId !== tenantId)
      if (rest.length === 0) known.delete(key)
      else known.set(key, rest)
    },
    meeting(address) {
      const other = known
        .get(keyOf(address))
        ?.find((each) => each.tenantId !== address.tenantId && isOneDatabase(each, address))
      if (other !== undefined) return { tenantId: other.tenantId }
      return meetingByRule(address, routing)
    },
  }
}

/** Whether the place is the tenant's and nobody else's. */
export function isAlone(address: Address, routing: Routing, neighbours: Neighbours): boolean {
  return isSaidForOne(address, routing) && neighbours.meeting(address) === null
}

function keyOf(address: Omit<Address, 'tenantId'>): string {
  return JSON.stringify([address.dataSource, namespaceOf(address)?.toLowerCase()])
}

function isOneDatabase(one: Address, other: Address): boolean {
  const [first, second] = [connectedTo(one), connectedTo(other)]
  return first === null || second === null || first.toLowerCase() === second.toLowerCase()
}

/** Whom the rule would send there. */
function meetingByRule(address: Address, { rule, sources }: Routing): Meeting | null {
  const source = sources.get(address.dataSource)
  if (rule === null || source === undefined || rule.dataSource !== address.dataSource) return null
  const isPostgres = source.engine === 'postgres'
  const byNamespace = whoIs(
    (isPostgres ? rule.schema : rule.database) ?? source.namespace,
    namespaceOf(address),
  )
  if (byNamespace === null || !isPostgres) return other(byNamespace, address)
  const connected = connectedTo(address)
  // Without a name it is the data source's own database, which may be any.
  const byDatabase =
    rule.database === null || connected === null ? 'everybody' : whoIs(rule.database, connected)
  if (byDatabase === null) return null
  if (byNamespace === 'everybody') return other(byDatabase, address)
  if (byDatabase === 'everybody' || sameTenant(byDatabase, byNamespace)) return other(byNamespace, address)
  return null
}

function other(meeting: Meeting | null, { tenantId }: Address): Meeting | null {
  return meeting !== null && meeting !== 'everybody' && meeting.tenantId === tenantId ? null : meeting
}

function sameTenant(one: { readonly tenantId: string }, two: { readonly tenantId: string }): boolean {
  return one.tenantId.toLowerCase() === two.tenantId.toLowerCase()
}

function whoIs(template: string, name: string | null): Meeting | null {
  if (name === null) return null
  if (!isTemplate(template)) return template.toLowerCase() === name.toLowerCase() ? 'everybody' : null
  const tenantId = tenantOfName(template, name)
  return tenantId === null ? null : { tenantId }
}
