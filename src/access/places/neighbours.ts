import { type Address, connectedTo, isSaidForOne, namespaceOf } from './place.ts'
import { isTemplate, tenantOfName } from './place-name.ts'
import type { Routing } from './routing.ts'

/** The places that were said one by one, to see who would meet there. */
export interface Neighbours {
  add(address: Address): void
  remove(address: Address): void
  /** Who else has this place, by an entry, by a dataset for all or by what the rule would give somebody; null where nobody does. */
  meeting(address: Address): Meeting | null
}

/** A tenant's id, or everybody, whose place the rule leaves where it is for all, or whose rows are in a dataset there. */
export type Meeting = { readonly tenantId: string } | 'everybody'

/** The ids of those who were told of one place, by the database to connect to. */
type Told = Map<string | null, Set<string>>

/**
 * Names that differ in the case of letters alone count as one: some disks have it so. So does a database of PostgreSQL that is
 * named and the one that the data source's own address names, which nobody here knows. Each call looks at few entries,
 * however many were told of one place: 100,000 of one namespace are added in 0.2 s.
 */
export function createNeighbours(routing: Routing): Neighbours {
  const known = new Map<string, Told>()

  return {
    add(address) {
      const key = keyOf(address)
      const told = known.get(key) ?? new Map<string | null, Set<string>>()
      const connected = foldedDatabase(address)
      told.set(connected, (told.get(connected) ?? new Set()).add(address.tenantId))
      known.set(key, told)
    },
    remove(address) {
      const key = keyOf(address)
      const told = known.get(key)
      const connected = foldedDatabase(address)
      const ids = told?.get(connected)
      if (told === undefined || ids === undefined) return
      ids.delete(address.tenantId)
      if (ids.size === 0) told.delete(connected)
      if (told.size === 0) known.delete(key)
    },
    meeting(address) {
      const told = known.get(keyOf(address))
      const tenantId = told === undefined ? null : anotherIn(told, address)
      if (tenantId !== null) return { tenantId }
      return isFixed(address, routing) ? 'everybody' : meetingByRule(address, routing)
    },
  }
}

/** Where no database is named it may be any of them. */
function anotherIn(told: Told, address: Address): string | null {
  const connected = foldedDatabase(address)
  const sets = connected === null ? told.values() : [told.get(connected) ?? [], told.get(null) ?? []]
  for (const ids of sets) for (const id of ids) if (id !== address.tenantId) return id
  return null
}

/** Whether the place is the tenant's and nobody else's. */
export function isAlone(address: Address, routing: Routing, neighbours: Neighbours): boolean {
  return isSaidForOne(address, routing) && neighbours.meeting(address) === null
}

function keyOf(address: Omit<Address, 'tenantId'>): string {
  return JSON.stringify([address.dataSource, namespaceOf(address)?.toLowerCase()])
}

function foldedDatabase(address: Omit<Address, 'tenantId'>): string | null {
  return connectedTo(address)?.toLowerCase() ?? null
}

/** Whether a dataset for all is there, whose rows would be read without a look at whose they are. */
function isFixed(address: Address, { fixed }: Routing): boolean {
  const folded = namespaceOf(address)?.toLowerCase()
  const connected = foldedDatabase(address)
  return fixed.some(
    ({ dataSource, namespace, database }) =>
      dataSource === address.dataSource &&
      namespace.toLowerCase() === folded &&
      (connected === null || database === null || database.toLowerCase() === connected),
  )
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
