import type { Place } from '../access/places/place.ts'
import type { ModelDocument } from '../model/document.ts'
import { knownPlaces, type TenantEntry } from '../model/routing.ts'
import { type Check, fine, warning } from '../warehouse/doctor.ts'
import { isRouted } from './uses.ts'

/** A database of PostgreSQL is a connection and some twenty statements. */
const placesMax = 50

/** Where the tables of tenants are looked at, and what is to be said of that; null where a model has none. */
export interface LookedPlaces {
  readonly places: readonly Place[]
  readonly check: Check | null
}

/** Each place of tenants is set up by itself, so that one says nothing of another. */
export function lookedPlaces(document: ModelDocument, tenants: readonly TenantEntry[]): LookedPlaces {
  const datasets = document.datasets.filter(isRouted).map(({ name }) => name)
  if (datasets.length === 0) return { places: [], check: null }
  const known = knownPlaces(document, tenants)
  const places = known.slice(0, placesMax)
  return { places, check: checkOf(datasets, known.length, places.length) }
}

function checkOf(datasets: readonly string[], known: number, looked: number): Check {
  const name = 'places'
  if (known === 0) {
    const what = `The tables of ${datasets.join(', ')} were not looked at, because no tenant is known who has a place: tenancy.sampleTenant names one.`
    return warning(name, what)
  }
  if (looked < known) return warning(name, `The first ${looked} of ${known} were looked at.`)
  const how = looked === 1 ? 'One was' : `${looked} were`
  return fine(name, `${how} looked at: of tenancy.sampleTenant and of registered tenants, and of no others.`)
}
