import type { Place } from '../access/places/place.ts'
import type { TableAddress } from '../catalogue/catalogue.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { Warehouses } from '../warehouse/warehouses.ts'
import type { Described } from './column-uses.ts'
import type { DatasetDefinition, JoinDefinition, ModelDocument } from './document.ts'
import type { Finding, Path } from './problem.ts'
import { lookedAt } from './routing.ts'

/**
 * That each join finds at most one row: otherwise it would multiply the rows of the dataset, and every count with
 * them. A tenant joins its own rows alone, so the key may repeat between tenants.
 */
export async function checkJoinKeys(
  document: ModelDocument,
  sound: readonly DatasetDefinition[],
  described: Described,
  { warehouses, sample }: { readonly warehouses: Warehouses; readonly sample: Place | null },
): Promise<readonly Finding[]> {
  const checks = sound.flatMap((dataset) =>
    (dataset.joins ?? []).map((join, index) => {
      const path = ['datasets', document.datasets.indexOf(dataset), 'joins', index, 'on']
      const other = document.datasets.find(({ name }) => name === join.to)
      if (other === undefined || !sound.includes(other)) return []
      const looked = lookedAt(document, other, sample)
      const warehouse = looked === null ? null : warehouses.find(looked.at)
      if (looked === null || warehouse === null) return []
      const mismatched = checkKeyTypes(dataset, join, described, path)
      return mismatched.length > 0
        ? mismatched
        : checkUniqueness(other, join, { warehouse, address: looked.address, path })
    }),
  )
  return (await Promise.all(checks)).flat()
}

function checkKeyTypes(
  { name }: DatasetDefinition,
  { to, on }: JoinDefinition,
  described: Described,
  path: Path,
): readonly Finding[] {
  return Object.entries(on).flatMap(([own, other]) => {
    const left = described.get(name)?.get(own)
    const right = described.get(to)?.get(other)
    if (left?.type == null || right?.type == null || left.type.kind === right.type.kind) return []
    return [
      {
        path: [...path, own],
        expected: `two columns of one type; ${own} is ${left.engineType} and ${to}.${other} is ${right.engineType}`,
      },
    ]
  })
}

async function checkUniqueness(
  other: DatasetDefinition,
  { on }: JoinDefinition,
  { warehouse, address, path }: { warehouse: Warehouse; address: TableAddress; path: Path },
): Promise<readonly Finding[]> {
  const keys = [...new Set(Object.values(on))]
  const tenant = other.tenantColumn === undefined ? [] : [other.tenantColumn]
  if (await warehouse.isUnique(address, [...new Set([...keys, ...tenant])])) return []
  const within = tenant.length > 0 ? ' for each tenant' : ''
  const expected = `columns that find at most one row of ${other.name}; ${keys.join(' and ')} repeats there${within}`
  return [{ path, expected }]
}
