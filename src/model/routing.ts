import { createNeighbours, isAlone } from '../access/places/neighbours.ts'
import {
  addressOf as addressOfTenant,
  connectedTo,
  isSaidForOne,
  namespaceOf,
  noEntry,
  type Place,
  type PlaceEntry,
} from '../access/places/place.ts'
import { isTemplate } from '../access/places/place-name.ts'
import type { FixedPlace, RoutedSource, Routing } from '../access/places/routing.ts'
import type { ModelTable, TableAddress } from '../catalogue/catalogue.ts'
import type { WarehousePlace } from '../warehouse/warehouses.ts'
import { addressOf } from './address.ts'
import type { DataSourceDefinition, DatasetDefinition, ModelDocument } from './document.ts'

/** Where a model sends its tenants. */
export function buildRouting(document: ModelDocument): Routing {
  const { dataSources, tenancy } = document
  const { dataSource = null, database = null, schema = null, region = null } = tenancy ?? {}
  return {
    rule: tenancy === undefined ? null : { dataSource, database, schema, region },
    sources: new Map(dataSources.map((source) => [source.name, routedSource(source)])),
    fixed: fixedPlaces(document),
  }
}

/** Each once: there are fewer than datasets. */
function fixedPlaces(document: ModelDocument): readonly FixedPlace[] {
  const databases = new Map(document.dataSources.map((source) => [source.name, databaseInUrl(source)]))
  const places = document.datasets.flatMap((definition): readonly [string, FixedPlace][] => {
    const { dataSource } = definition
    if (dataSource === undefined) return []
    const { database: namespace } = addressOf(document, definition)
    const place = { dataSource, namespace, database: databases.get(dataSource) ?? null }
    return [[JSON.stringify([dataSource, namespace]), place]]
  })
  return [...new Map(places).values()]
}

/** Of PostgreSQL; null where the address is kept elsewhere or leaves it to the user's name. */
function databaseInUrl(source: DataSourceDefinition): string | null {
  if (source.kind !== 'postgres' || typeof source.url !== 'string') return null
  const name = new URL(source.url).pathname.slice(1)
  // With a percent sign or none of it, it may be any.
  return /^[A-Za-z0-9_]+$/.test(name) ? name : null
}

function routedSource(source: DataSourceDefinition): RoutedSource {
  const { region = null } = source
  return source.kind === 'postgres'
    ? { engine: 'postgres', namespace: source.schema ?? 'public', region }
    : { engine: 'clickhouse', namespace: 'default', region }
}

/** A tenant who is registered, and what was said of its place. */
export interface TenantEntry extends PlaceEntry {
  readonly tenantId: string
}

export function modelTableOf(document: ModelDocument, definition: DatasetDefinition): ModelTable {
  const { dataSource, table } = definition
  return dataSource === undefined ? { database: null, table } : addressOf(document, definition)
}

/** Where a table is looked at when the model is applied. */
export interface Looked {
  readonly at: WarehousePlace
  readonly address: TableAddress
}

/** @param sample the place of one tenant, whose tables stand for those of all */
export function lookedAt(
  document: ModelDocument,
  definition: DatasetDefinition,
  sample: Place | null,
): Looked | null {
  const { dataSource, table } = definition
  if (dataSource !== undefined) {
    return { at: { dataSource, database: null }, address: addressOf(document, definition) }
  }
  const database = sample === null ? null : namespaceOf(sample)
  if (sample === null || database === null) return null
  return {
    at: { dataSource: sample.dataSource, database: connectedTo(sample) },
    address: { database, table },
  }
}

/**
 * The place of `tenancy.sampleTenant`, else of the first registered tenant who has one; where the rule sends everybody to one
 * place, that.
 */
export function samplePlace(document: ModelDocument, entries: readonly TenantEntry[]): Place | null {
  const named = document.tenancy?.sampleTenant
  const [first = null] = placesOf(document, entries, (known) => (named === undefined ? known : [named]))
  return first
}

/** The places of `tenancy.sampleTenant`, of registered tenants and of everybody, each once, however many are there. */
export function knownPlaces(document: ModelDocument, entries: readonly TenantEntry[]): readonly Place[] {
  const named = document.tenancy?.sampleTenant
  const among = (known: readonly string[]) => (named === undefined ? known : [named, ...known])
  const places = new Map<string, Place>()
  for (const place of placesOf(document, entries, among)) {
    const key = JSON.stringify([place.dataSource, place.database, place.schema])
    if (!places.has(key)) places.set(key, place)
  }
  return [...places.values()]
}

/** As they are asked for, without those of ids that have none. */
function* placesOf(
  document: ModelDocument,
  entries: readonly TenantEntry[],
  among: (known: readonly string[]) => readonly string[],
): Generator<Place> {
  const routing = buildRouting(document)
  const byId = new Map(entries.map((entry) => [entry.tenantId, entry]))
  const neighbours = createNeighbours(routing)
  for (const tenantId of among([...byId.keys(), ...idsOfAll(routing)])) {
    const address = addressOfTenant(tenantId, byId.get(tenantId) ?? noEntry, routing)
    if (address !== null) yield { ...address, isOwn: isAlone(address, routing, neighbours) }
  }
}

/** Any id will do where the rule does not look at it. */
function idsOfAll({ rule }: Routing): readonly string[] {
  const isForAll = [rule?.database, rule?.schema].every(
    (template) => template == null || !isTemplate(template),
  )
  return isForAll ? [''] : []
}

/** Whether there is anybody whose place is its own. */
export function makesOwnPlaces(routing: Routing, entries: readonly TenantEntry[]): boolean {
  const { rule } = routing
  const isByRule = [rule?.database, rule?.schema].some((template) => template != null && isTemplate(template))
  return (
    isByRule ||
    entries.some((entry) => {
      const address = addressOfTenant(entry.tenantId, entry, routing)
      return address !== null && isSaidForOne(address, routing)
    })
  )
}
