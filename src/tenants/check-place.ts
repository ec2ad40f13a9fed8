import { createNeighbours, type Meeting } from '../access/places/neighbours.ts'
import { addressOf, isSaidForOne, namespaceOf } from '../access/places/place.ts'
import type { Routing } from '../access/places/routing.ts'
import type { RegisteredTenant, TenantDefinition } from '../access/places/tenant-rows.ts'
import { badInput } from '../errors.ts'

/**
 * That what is said of a tenant leads somewhere under the model, and into its own region.
 * @throws BAD_USER_INPUT with the argument's path
 */
export function checkPlace(tenantId: string, definition: TenantDefinition, routing: Routing): void {
  const { dataSource, database, schema, region } = definition
  const name = dataSource ?? routing.rule?.dataSource ?? null
  const source = name === null ? undefined : routing.sources.get(name)
  if (dataSource !== null && source === undefined) {
    throw badInput('input.dataSource', 'the name of a data source of the model', [...routing.sources.keys()])
  }
  if (region !== null && source !== undefined && source.region !== region) {
    throw badInput(
      'input.region',
      `the region of the data source ${name}, ${source.region ?? 'which says none'}`,
    )
  }
  if (schema !== null && source?.engine === 'clickhouse') {
    throw badInput('input.schema', 'a database: ClickHouse has no schemas')
  }
  const isSaid = dataSource !== null || database !== null || schema !== null
  if (isSaid && addressOf(tenantId, definition, routing) === null) {
    const expected =
      'a data source, and with it a database or schema where the rule of the model does not make the name'
    throw badInput('input', expected)
  }
}

/**
 * That nobody else is where the tenant would be.
 * @param others those who could be there
 * @throws BAD_USER_INPUT
 */
export function checkAlone(
  tenantId: string,
  definition: TenantDefinition,
  routing: Routing,
  others: readonly RegisteredTenant[],
): void {
  const address = addressOf(tenantId, definition, routing)
  if (address === null || !isSaidForOne(address, routing)) return
  const neighbours = createNeighbours(routing)
  for (const other of others) {
    const theirs = addressOf(other.tenantId, other, routing)
    if (theirs !== null && other.tenantId !== tenantId) neighbours.add(theirs)
  }
  const meeting = neighbours.meeting(address)
  if (meeting === null) return
  const where = namespaceOf(address)
  throw badInput(
    'input',
    `a place of the tenant alone, because datasets of the model need one; ${where} is that of ${whose(meeting)}`,
  )
}

function whose(meeting: Meeting): string {
  return meeting === 'everybody' ? 'all tenants' : `the tenant ${JSON.stringify(meeting.tenantId)}`
}
