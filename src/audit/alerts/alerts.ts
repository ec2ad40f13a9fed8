import { LRUCache } from 'lru-cache'
import { addressGroup } from '../../access/rates/address-group.ts'
import type { Caller } from '../caller.ts'
import type { AuditEvent } from '../events.ts'
import { type Alert, type AlertRule, alertId, lastOf } from './alert.ts'

/** Zero switches a rule off. */
export interface AlertThresholds {
  /** Refusals within a minute from one address, or with one API key. */
  readonly refusalsPerMinute: number
  /** Networks that one viewer comes from within an hour. */
  readonly networksPerHour: number
  /** A token that is minted for longer than that. */
  readonly tokenSeconds: number
}

export interface AlertOptions {
  readonly thresholds: AlertThresholds
  readonly deliver: (alert: Alert) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface Alerts {
  /** Of every event of the audit, as it comes. */
  observe(event: AuditEvent): void
  /** Of every request and download whose credential was accepted, whatever comes of it. */
  seen(caller: Caller, address: string | null): void
}

/** Refusals within a minute of the clock. */
interface Counted {
  readonly window: number
  count: number
  isTold: boolean
}

type Facts = Omit<Alert, 'id' | 'at' | 'rule'>

const minuteMs = 60_000
const hourMs = 3_600_000
/** One alert of each rule and of whom it is about within each of these stretches of the clock. */
const alertWindowMs = 600_000
/** Addresses, keys and viewers that are counted at a time; who was not seen for the longest is forgotten. */
const keptMax = 10_000

const refusals: ReadonlySet<AuditEvent['kind']> = new Set([
  'credential.refused',
  'permission.refused',
  'origin.refused',
])

/** The rules, in this process and in memory that is bounded whatever an attacker varies. */
export function createAlerts({ thresholds, deliver, now = Date.now }: AlertOptions): Alerts {
  const counts = new LRUCache<string, Counted>({ max: keptMax })
  const networks = new LRUCache<string, { readonly window: number; readonly found: Set<string> }>({
    max: keptMax,
  })
  const told = new LRUCache<string, number>({ max: keptMax })

  /** @param key of whom it is about, the same in every process; the rest is made where nobody was told yet */
  function tell(rule: AlertRule, key: string, factsOf: () => Facts): void {
    const at = now()
    const window = Math.floor(at / alertWindowMs)
    const ownKey = `${rule}\n${key}`
    if (told.get(ownKey) === window) return
    told.set(ownKey, window)
    deliver(Object.freeze({ ...factsOf(), rule, id: alertId(ownKey, window), at: new Date(at) }))
  }

  function countRefusal(key: string, about: Alert['about'], event: AuditEvent): void {
    const window = Math.floor(now() / minuteMs)
    const known = counts.get(key)
    const counted: Counted = known?.window === window ? known : { window, count: 0, isTold: false }
    counted.count += event.count ?? 1
    if (counted !== known) counts.set(key, counted)
    const threshold = thresholds.refusalsPerMinute
    if (counted.count < threshold || counted.isTold) return
    // No stretch in which an alert is told once ends within a minute.
    counted.isTold = true
    const { environment } = event
    const { count } = counted
    tell('refusals_repeated', key, () => {
      return { environment, about, count, threshold, withinSeconds: 60, last: lastOf(event) }
    })
  }

  function observeRefusal(event: AuditEvent): void {
    if (thresholds.refusalsPerMinute === 0) return
    const { address, apiKeyId = null } = event
    // Of an address they count together, whatever environment they are of, and so they do of callers who have hidden theirs.
    if (address !== undefined) {
      const group = address === null ? 'unknown' : addressGroup(address)
      countRefusal(`address\n${group}`, { address: group }, event)
    }
    if (apiKeyId !== null) countRefusal(`key\n${apiKeyId}`, { apiKeyId }, event)
  }

  function observeMinted(event: AuditEvent): void {
    const count = Number(event.detail?.lifetimeSeconds ?? 0)
    const threshold = thresholds.tokenSeconds
    if (threshold === 0 || count <= threshold) return
    const { environment, apiKeyId } = event
    tell('token_long', `${environment?.environmentId}\n${apiKeyId}`, () => {
      const about = { apiKeyId: apiKeyId ?? '' }
      return { environment, about, count, threshold, withinSeconds: 0, last: lastOf(event) }
    })
  }

  function observeViolation(event: AuditEvent): void {
    const { environment, reason } = event
    tell('wall_violated', `${environment?.environmentId}\n${reason}`, () => {
      const about = { wall: reason ?? 'unknown' }
      return { environment, about, count: 1, threshold: 1, withinSeconds: 0, last: lastOf(event) }
    })
  }

  function seen(caller: Caller, address: string | null): void {
    const threshold = thresholds.networksPerHour
    const { environment, tenantId = null, subject = null } = caller
    if (threshold === 0 || address === null || tenantId === null || subject === null) return
    const key = `${environment.environmentId}\n${tenantId}\n${subject}`
    const window = Math.floor(now() / hourMs)
    const known = networks.get(key)
    const { found } = known?.window === window ? known : { found: new Set<string>() }
    if (found.size < threshold) found.add(networkOf(address))
    if (known?.window !== window) networks.set(key, { window, found })
    if (found.size < threshold) return
    tell('subject_networks', key, () => {
      const about = { tenantId, subject }
      return { environment, about, count: found.size, threshold, withinSeconds: 3600, last: null }
    })
  }

  return Object.freeze({
    observe: (event: AuditEvent) => {
      if (refusals.has(event.kind) || isUnseen(event)) observeRefusal(event)
      else if (event.kind === 'policy.violated') observeViolation(event)
      else if (event.kind === 'token.minted') observeMinted(event)
    },
    seen,
  })
}

/** A credential that was not even looked at: whoever asks within limits of its own is another matter. */
function isUnseen({ kind, environment }: AuditEvent): boolean {
  return kind === 'rate.limited' && environment === null
}

/** The 256 addresses around one of IPv4, the /64 of one of IPv6: a provider's, more or less. */
function networkOf(address: string): string {
  const group = addressGroup(address)
  return group.includes(':') ? group : `${group.slice(0, group.lastIndexOf('.'))}.0/24`
}
