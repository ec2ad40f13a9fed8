import type { Place } from '../access/places/place.ts'
import type { DatasetDefinition, ModelDocument } from '../model/document.ts'
import { lookedAt } from '../model/routing.ts'
import type { TableUse } from '../warehouse/doctor.ts'
import type { WarehousePlace } from '../warehouse/warehouses.ts'

/** The tables that a model reads in one place of one data source. */
export interface Uses {
  readonly at: WarehousePlace
  readonly tables: readonly TableUse[]
}

/**
 * Each data source of a model once, and once more for each further database; those that no dataset reads have no tables.
 * @param tenants where tables that are in the place of each tenant are looked at
 */
export function usesOf(document: ModelDocument, tenants: readonly Place[]): readonly Uses[] {
  const places = new Map<string, { at: WarehousePlace; tables: Map<string, TableUse> }>()
  const placeOf = (at: WarehousePlace) => {
    const key = JSON.stringify([at.dataSource, at.database])
    const place = places.get(key) ?? { at, tables: new Map() }
    places.set(key, place)
    return place
  }
  for (const { name } of document.dataSources) placeOf({ dataSource: name, database: null })
  for (const dataset of document.datasets) {
    for (const tenant of isRouted(dataset) ? tenants : [null]) {
      const looked = lookedAt(document, dataset, tenant)
      if (looked === null) continue
      const { address } = looked
      const use = { address, tenantColumn: dataset.tenantColumn ?? null }
      placeOf(looked.at).tables.set(JSON.stringify([address, use.tenantColumn]), use)
    }
  }
  return [...places.values()].map(({ at, tables }) => ({ at, tables: [...tables.values()] }))
}

/** Whether its table is in the place of whoever asks. */
export function isRouted({ dataSource }: DatasetDefinition): boolean {
  return dataSource === undefined
}
