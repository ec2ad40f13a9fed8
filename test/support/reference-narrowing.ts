import type { Sight } from './reference-agreement.ts'
import type { Layer } from './reference-grants.ts'
import type { Answer } from './reference-groups.ts'
import type { Claims } from './reference-layers.ts'
import type { ModelParts } from './reference-model.ts'
import { gradeOf } from './reference-time.ts'

/** One claim more in a layer, or one more layer: what must never widen. */

/** Where a layer has a claim of that name already, both are to hold. */
export function withMore<Grants extends object>(layer: Grants, more: Partial<Grants>): Grants {
  const own = new Map<string, unknown>(Object.entries(layer))
  const added = Object.entries(more).map(([name, value]) => [name, both(name, own.get(name), value)])
  return { ...layer, ...Object.fromEntries(added) }
}

const piling = ['hiddenWidgets', 'hidden_widgets', 'lockedFilters', 'locked_filters']

/** Instants are of one spelling, or seconds of one length. */
function both(name: string, one: unknown, other: unknown): unknown {
  if (one === undefined) return other
  if (Array.isArray(one) && Array.isArray(other)) {
    const isPiling = piling.includes(name)
    return isPiling
      ? [...one, ...other.filter((value) => !one.includes(value))]
      : one.filter((value) => other.includes(value))
  }
  if (typeof one === 'boolean') return one && other
  if (name === 'minGranularity' || name === 'min_granularity')
    return gradeOf(String(one)) > gradeOf(String(other)) ? one : other
  if (name === 'earliest') return [one, other].sort().at(-1)
  return Math.min(Number(one), Number(other))
}

export function withMoreInToken({ parts, token }: Sight, more: Claims): Sight {
  return { parts, token: { ...token, claims: withMore(token.claims, more) } }
}

/** @param kind of the layer that the claims are added to */
export function withMoreStored({ parts, token }: Sight, kind: 'roles' | 'policies', more: Layer): Sight {
  const changed: ModelParts = { ...parts, [kind]: parts[kind].map((layer) => withMore(layer, more)) }
  return { parts: changed, token }
}

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────────

const joined: readonly string[] = ['events.city', 'events.country', 'events.population', 'cities.continent']

/**
 * What of a narrower answer is not in the wider one. A joined cell may be hidden, and is null then.
 * @param columns of both; the first one tells rows apart
 */
export function rowsBeyond(
  dataset: string,
  columns: readonly string[],
  narrow: Answer,
  wide: Answer,
): Answer {
  const byKey = new Map(wide.map((row) => [row[0], row]))
  return narrow.filter((row) => {
    const like = byKey.get(row[0] ?? null)
    if (like === undefined) return true
    return row.some((cell, place) => {
      const mayBeHidden = cell === null && joined.includes(`${dataset}.${columns[place]}`)
      return cell !== like[place] && !mayBeHidden
    })
  })
}

/** Values with their counts: of none may there be more, but for the nulls of what a join hides. */
export function valuesBeyond(dataset: string, dimension: string, narrow: Answer, wide: Answer): Answer {
  const counts = new Map(wide.map(([value, count]) => [value, Number(count)]))
  return narrow.filter(([value = null, count]) => {
    if (value === null && joined.includes(`${dataset}.${dimension}`)) return false
    return Number(count) > (counts.get(value) ?? 0)
  })
}
