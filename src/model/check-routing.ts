import type { Place } from '../access/places/place.ts'
import type { ModelDocument } from './document.ts'
import type { Finding } from './problem.ts'
import { buildRouting, makesOwnPlaces, type TenantEntry } from './routing.ts'

/** That what is left to the places of tenants can be looked at, and that there are places where nobody else is if rows need them. */
export function checkRouting(
  document: ModelDocument,
  tenants: readonly TenantEntry[],
  sample: Place | null,
): readonly Finding[] {
  const { datasets } = document
  if (document.tenancy === undefined || datasets.every(({ dataSource }) => dataSource !== undefined))
    return []
  const findings: Finding[] = []
  if (sample === null) {
    const expected =
      'a sampleTenant whose tables can be looked at, or a registered tenant with a place: some datasets are in the places of tenants'
    findings.push({ path: ['tenancy'], expected })
  }
  if (makesOwnPlaces(buildRouting(document), tenants)) return findings
  const own = datasets.flatMap(({ tenancy }, index) => (tenancy === 'own' ? [index] : []))
  const expected =
    'a tenantColumn: no tenant has a place of its own, neither by {tenantId} in tenancy nor by an entry of its own'
  return [...findings, ...own.map((index) => ({ path: ['datasets', index, 'tenancy'], expected }))]
}
