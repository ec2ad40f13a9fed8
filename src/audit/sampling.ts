import type { AuditEvent } from './events.ts'

/** Of a flood, how many of each sort are told in full before the others are only counted. */
const fullPerGroup = 10
/** Sorts that are told apart by tenant at a time; of those beyond it the tenant is left out. */
const groupsMax = 1_000
/** So many are of each environment beside them, for so many environments: one that is flooded takes no other's. */
const groupsOfEnvironmentMax = 200
const environmentsMax = 50

export interface Sampler {
  /** Whether the event is to be told in full. Otherwise it was counted. */
  admits(event: AuditEvent): boolean
  /** Counts an event that nobody will be told of in full, whatever it is. */
  count(event: AuditEvent): void
  /** What was counted and not told since the last time; from then on the first of each sort are told in full again. */
  drain(): readonly AuditEvent[]
}

interface Group {
  readonly head: Pick<AuditEvent, 'kind' | 'outcome' | 'environment' | 'reason' | 'tenantId'>
  admitted: number
  counted: number
  since: number
  until: number
}

/**
 * Keeps the audit true and small while someone makes refusals by the thousand: what is refused is told in full a few times of
 * each sort and counted from then on, so that the sum over what is told is exact. What succeeds is always told in full.
 * Its memory grows with the kinds, reasons and environments that there are, and not with what an attacker varies.
 */
export function createSampler(now: () => number = Date.now): Sampler {
  let groups = new Map<string, Group>()
  /** How many are told apart by tenant. */
  let shownOf = new Map<string | undefined, number>()

  function hasRoom(environmentId: string | undefined): boolean {
    if (groups.size < groupsMax) return true
    const shown = shownOf.get(environmentId)
    return shown === undefined ? shownOf.size < environmentsMax : shown < groupsOfEnvironmentMax
  }

  /** A flood is of one sort for the most part: 0.1 µs instead of 1. */
  let latest: Group | null = null

  function groupOf(event: AuditEvent): Group {
    if (latest === null || !isOf(latest, event)) latest = groupAmongAll(event)
    return latest
  }

  function groupAmongAll(event: AuditEvent): Group {
    const { kind, outcome, environment, reason = null, tenantId = null } = event
    const environmentId = environment?.environmentId
    const known = groups.get(keyOf(event, tenantId))
    if (known !== undefined) return known
    const shown = hasRoom(environmentId) ? tenantId : null
    if (shown !== null) shownOf.set(environmentId, (shownOf.get(environmentId) ?? 0) + 1)
    const head = { kind, outcome, environment, reason, tenantId: shown }
    const key = keyOf(event, shown)
    const group = groups.get(key) ?? { head, admitted: 0, counted: 0, since: now(), until: now() }
    groups.set(key, group)
    return group
  }

  function count(event: AuditEvent): void {
    const group = groupOf(event)
    if (group.counted === 0) group.since = now()
    group.counted += event.count ?? 1
    group.until = now()
  }

  return Object.freeze({
    admits: (event: AuditEvent) => {
      if (event.outcome !== 'REFUSED') return true
      const group = groupOf(event)
      if (group.admitted < fullPerGroup) {
        group.admitted += 1
        return true
      }
      count(event)
      return false
    },
    count,
    drain: () => {
      const counted = [...groups.values()].filter((group) => group.counted > 0).map(countedEvent)
      groups = new Map()
      shownOf = new Map()
      latest = null
      return counted
    },
  })
}

/** None of them holds a line break: tenants have no control characters, and the others are ours. */
function keyOf({ kind, outcome, environment, reason = null }: AuditEvent, tenantId: string | null): string {
  return [environment?.environmentId, kind, outcome, reason, tenantId].join('\n')
}

function isOf({ head }: Group, { kind, outcome, environment, reason = null, tenantId = null }: AuditEvent) {
  if (kind !== head.kind || outcome !== head.outcome || reason !== head.reason) return false
  return tenantId === head.tenantId && environment?.environmentId === head.environment?.environmentId
}

function countedEvent({ head, counted, since, until }: Group): AuditEvent {
  const detail = { from: new Date(since).toISOString(), until: new Date(until).toISOString() }
  return { ...head, count: counted, detail }
}
