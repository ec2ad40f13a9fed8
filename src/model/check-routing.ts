import { createNeighbours } from '../access/places/neighbours.ts'
import { addressOf, isSaidForOne, namespaceOf, noEntry, type Place } from '../access/places/place.ts'
import type { Routing } from '../access/places/routing.ts'
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
  const routing = buildRouting(document)
  if (makesOwnPlaces(routing, tenants)) {
    return [
      ...findings,
      ...checkMeetings(document, routing, tenants),
      ...checkSample(document, routing, sample),
    ]
  }
  const own = datasets.flatMap(({ tenancy }, index) => (tenancy === 'own' ? [index] : []))
  const expected =
    'a tenantColumn: no tenant has a place of its own, neither by {tenantId} in tenancy nor by an entry of its own'
  return [...findings, ...own.map((index) => ({ path: ['datasets', index, 'tenancy'], expected }))]
}

const meetingsMax = 10

/** That nobody is where a tenant with a place of its own is, where datasets count on that. */
function checkMeetings(
  { datasets }: ModelDocument,
  routing: Routing,
  tenants: readonly TenantEntry[],
): readonly Finding[] {
  const first = datasets.findIndex(({ tenancy }) => tenancy === 'own')
  if (first < 0) return []
  const addresses = tenants.flatMap((entry) => {
    const address = addressOf(entry.tenantId, entry, routing)
    return address !== null && isSaidForOne(address, routing) ? [address] : []
  })
  const neighbours = createNeighbours(routing)
  for (const address of addresses) neighbours.add(address)
  return addresses
    .flatMap((address) => {
      const meeting = neighbours.meeting(address)
      if (meeting === null) return []
      const other = meeting === 'everybody' ? 'all tenants' : `the tenant ${JSON.stringify(meeting.tenantId)}`
      const expected = `places in which each tenant is alone; ${namespaceOf(address)} of ${JSON.stringify(address.tenantId)} is that of ${other}`
      return [{ path: ['datasets', first, 'tenancy'], expected }]
    })
    .slice(0, meetingsMax)
}

/** That nobody who is there by the rule alone is where a dataset for all is; entries are looked at one by one. */
function checkSample(
  { datasets }: ModelDocument,
  routing: Routing,
  sample: Place | null,
): readonly Finding[] {
  const first = datasets.findIndex(({ tenancy }) => tenancy === 'own')
  if (first < 0 || sample === null || sample.entry !== noEntry || !isSaidForOne(sample, routing)) return []
  if (createNeighbours(routing).meeting(sample) !== 'everybody') return []
  const expected = `places in which each tenant is alone; a dataset for all tenants is in ${namespaceOf(sample)}`
  return [{ path: ['datasets', first, 'tenancy'], expected }]
}
