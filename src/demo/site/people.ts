/** Someone who works at an airport and signs in to the demo's host application. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly job: string
  /** The tenant: the code of the airport. */
  readonly airport: string
  readonly airportName: string
  /** What the host application grants beside the tenant, as `createGuestToken` takes it. */
  readonly grants: Grants
}

interface Grants {
  readonly dashboards: readonly DashboardName[]
  readonly allowDrillDown: boolean
  readonly allowExport: boolean
  readonly lockedFilters?: readonly {
    readonly dataset: string
    readonly dimension: string
    readonly values: readonly string[]
  }[]
}

export const dashboardNames = ['departures', 'delays', 'network'] as const
export type DashboardName = (typeof dashboardNames)[number]

const manager: Grants = { dashboards: dashboardNames, allowDrillDown: true, allowExport: true }

export const people: readonly Person[] = [
  {
    id: 'maya',
    name: 'Maya Chen',
    job: 'Station manager',
    airport: 'ATL',
    airportName: 'Hartsfield Atlanta',
    grants: manager,
  },
  {
    id: 'luis',
    name: 'Luis Ortega',
    job: 'Gate agent: departures alone, and no single flights',
    airport: 'ATL',
    airportName: 'Hartsfield Atlanta',
    grants: { dashboards: ['departures'], allowDrillDown: false, allowExport: false },
  },
  {
    id: 'ines',
    name: 'Ines Novak',
    job: 'Station manager',
    airport: 'ORD',
    airportName: 'Chicago O’Hare',
    grants: manager,
  },
  {
    id: 'sam',
    name: 'Sam Rivera',
    job: 'West coast desk: flights to California, Oregon and Washington alone',
    airport: 'JFK',
    airportName: 'New York Kennedy',
    grants: {
      ...manager,
      lockedFilters: [{ dataset: 'flights', dimension: 'destination_state', values: ['CA', 'OR', 'WA'] }],
    },
  },
  {
    id: 'kai',
    name: 'Kai Akana',
    job: 'Station manager',
    airport: 'HNL',
    airportName: 'Honolulu',
    grants: manager,
  },
]

export function personWith(id: string | null | undefined): Person | null {
  return people.find((person) => person.id === id) ?? null
}
