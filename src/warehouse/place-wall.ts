import type { Place } from '../access/places/place.ts'
import { isTemplate, tenantOfName } from '../access/places/place-name.ts'
import type { RoutedSource, Routing } from '../access/places/routing.ts'
import type { Scope } from '../access/scope.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { PolicyViolation } from '../violation.ts'
import type { ReadTable, Statement } from './statement.ts'
import type { WarehousePlace } from './warehouses.ts'

/** What is about to be run, and where. */
export interface AboutToRun {
  readonly statement: Statement
  readonly at: WarehousePlace
}

/**
 * The wall behind the printer, for what no engine can tell: that each table of a statement is one of the model's, at the
 * address that it has for this tenant. A place is not looked up again but read backwards: the id is taken out of the name.
 * @throws PolicyViolation
 */
export function checkPlaces(
  { statement, at }: AboutToRun,
  scope: Scope,
  { datasets, routing }: Pick<Catalogue, 'datasets' | 'routing'>,
): void {
  if (statement.tables.length === 0) throw mismatch()
  const region = routing.sources.get(at.dataSource)?.region ?? null
  if (scope.region !== null && region !== scope.region) throw mismatch()
  for (const read of statement.tables) {
    const dataset = datasets.get(read.dataset)
    if (dataset === undefined || dataset.table.table !== read.address.table) throw mismatch()
    const { dataSource, table } = dataset
    const isRight =
      dataSource === null
        ? isPlaceOf(scope, read, at, routing)
        : dataSource === at.dataSource && at.database === null && table.database === read.address.database
    if (!isRight) throw mismatch()
  }
}

function isPlaceOf(
  { tenantId, place }: Scope,
  { address }: ReadTable,
  at: WarehousePlace,
  routing: Routing,
): boolean {
  const source = routing.sources.get(at.dataSource)
  if (place === null || source === undefined || place.tenantId !== tenantId) return false
  if (at.dataSource !== (place.entry.dataSource ?? routing.rule?.dataSource)) return false
  const isPostgres = source.engine === 'postgres'
  const [database, schema] = isPostgres ? [at.database, address.database] : [address.database, null]
  const said = { place, source, routing, tenantId }
  return (
    (isPostgres || at.database === null) &&
    isName(database, 'database', said) &&
    isName(schema, 'schema', said)
  )
}

interface Said {
  readonly tenantId: string
  readonly place: Place
  readonly source: RoutedSource
  readonly routing: Routing
}

/** Whether a name is the one that was said of the tenant, or that the rule would give to it and to nobody else. */
function isName(
  name: string | null,
  member: 'database' | 'schema',
  { tenantId, place, source, routing }: Said,
): boolean {
  const said = place.entry[member]
  if (said !== null) return name === said
  const { rule, sources } = routing
  const ofRule = rule?.dataSource == null ? source.engine : sources.get(rule.dataSource)?.engine
  const template = ofRule === source.engine ? (rule?.[member] ?? null) : null
  if (template === null) return name === defaultName(member, source)
  return (
    name !== null && (isTemplate(template) ? tenantOfName(template, name) === tenantId : name === template)
  )
}

function defaultName(member: 'database' | 'schema', { engine, namespace }: RoutedSource): string | null {
  return (member === 'schema') === (engine === 'postgres') ? namespace : null
}

function mismatch(): PolicyViolation {
  return new PolicyViolation('place_mismatch', 'A statement reads a table that is not where its tenant is.')
}
