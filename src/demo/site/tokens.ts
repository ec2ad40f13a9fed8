import type { CreateGuestTokenInput } from '../../host/entry.ts'
import type { Person } from './people.ts'

const tokenSeconds = 900

/** What somebody's token grants: the airport and the job of who is signed in, for the pages of this site alone. */
export function tokenInput(
  { id, airport, grants }: Person,
  origins: readonly string[],
): CreateGuestTokenInput {
  return {
    tenantId: airport,
    subject: id,
    datasets: ['flights', 'airports'],
    origins,
    expiresInSeconds: tokenSeconds,
    ...grants,
  }
}

/** Real tokens of the same airport, each with a wall of its own that the page then runs against. */
export function cheatTokenInputs(
  person: Person,
  origins: readonly string[],
): Readonly<Record<'narrow' | 'locked' | 'elsewhere' | 'ended', CreateGuestTokenInput>> {
  const token = tokenInput(person, origins)
  const locked = [{ dataset: 'flights', dimension: 'destination_state', values: ['CA'] }]
  return {
    narrow: { ...token, dashboards: ['departures'], allowDrillDown: false },
    locked: { ...token, lockedFilters: locked },
    elsewhere: { ...token, origins: ['https://another.example'] },
    ended: { ...token, expiresInSeconds: 1 },
  }
}
