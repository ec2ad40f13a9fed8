import { fillTemplate, isPlaceName, isTemplate } from './place-name.ts'
import type { PlaceMembers, RoutedSource, Routing } from './routing.ts'

/** Where the rows of one tenant are, as far as the model leaves it to its tenants. */
export interface Place {
  readonly tenantId: string
  readonly dataSource: string
  /** Of ClickHouse the one that tables are in; of PostgreSQL the one to connect to, null for the data source's own. */
  readonly database: string | null
  /** Null where the engine has none. */
  readonly schema: string | null
  readonly region: string | null
  /** What the tenant's own entry says of it, as the wall behind the printer needs to know. */
  readonly entry: PlaceMembers
  /** Whether nobody else's place is there: then rows need no column that tells whose they are. */
  readonly isOwn: boolean
}

/** A place before it was compared with those of others. */
export type Address = Omit<Place, 'isOwn'>

/** What was said of one tenant. */
export interface PlaceEntry extends PlaceMembers {
  readonly region: string | null
}

export const noEntry: PlaceEntry = Object.freeze({
  dataSource: null,
  database: null,
  schema: null,
  region: null,
})

/**
 * Member by member: what the tenant's entry says, else the model's rule, else the data source. Null where nothing of it makes
 * a place: nobody is ever sent to where someone else's rows are because something was left out or misspelt.
 */
export function addressOf(tenantId: string, entry: PlaceEntry, routing: Routing): Address | null {
  const { rule, sources } = routing
  const dataSource = entry.dataSource ?? rule?.dataSource ?? null
  const source = dataSource === null ? undefined : sources.get(dataSource)
  if (dataSource === null || source === undefined) return null
  const region = entry.region ?? rule?.region ?? null
  if (region !== null && source.region !== region) return null
  const names = namesOf(tenantId, entry, source, routing)
  if (names === null) return null
  const { database, schema } = names
  return { tenantId, dataSource, database, schema, region, entry }
}

type Names = Pick<Place, 'database' | 'schema'>

function namesOf(
  tenantId: string,
  entry: PlaceEntry,
  { engine, namespace }: RoutedSource,
  routing: Routing,
): Names | null {
  const rule = inheritedBy(entry, engine, routing)
  if (rule === null) return null
  const filled = (['database', 'schema'] as const).map((member) => {
    const given = entry[member]
    if (given !== null) return isPlaceName(given) ? given : undefined
    const template = rule[member]
    return template === null ? null : (fillTemplate(template, tenantId) ?? undefined)
  })
  const [database, schema] = filled
  if (database === undefined || schema === undefined) return null
  if (engine === 'postgres') return { database, schema: schema ?? namespace }
  return schema === null ? { database: database ?? namespace, schema } : null
}

type RuleNames = Pick<PlaceMembers, 'database' | 'schema'>
const noNames: RuleNames = Object.freeze({ database: null, schema: null })

/** A rule's names are those of its own engine. Where an entry leads to another, it has to say the name itself. */
function inheritedBy(
  entry: PlaceEntry,
  engine: RoutedSource['engine'],
  { rule, sources }: Routing,
): RuleNames | null {
  if (rule === null) return noNames
  const ofRule = rule.dataSource === null ? engine : sources.get(rule.dataSource)?.engine
  if (ofRule === engine) return rule
  const isSaid = entry.database !== null || entry.schema !== null
  return isSaid || (rule.database === null && rule.schema === null) ? noNames : null
}

/** The database of ClickHouse or the schema of PostgreSQL that stands before the names of tables. */
export function namespaceOf({ database, schema }: Pick<Place, 'database' | 'schema'>): string | null {
  return schema ?? database
}

/** The database to connect to where it is another than the data source's own. */
export function connectedTo({ database, schema }: Pick<Place, 'database' | 'schema'>): string | null {
  return schema === null ? null : database
}

/** Whether something in an address is said for this tenant alone, though others may have been told the same. */
export function isSaidForOne({ entry, dataSource }: Address, { rule }: Routing): boolean {
  if (entry.dataSource !== null || entry.database !== null || entry.schema !== null) return true
  if (rule === null || dataSource !== rule.dataSource) return false
  return [rule.database, rule.schema].some((template) => template !== null && isTemplate(template))
}
