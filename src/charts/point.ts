import type { GroupKey, Value } from './answers.ts'

/** One figure of an answer, as `PointInput` of `Widget.drillDown(at:)` has it. */
export interface Point {
  readonly metric?: string
  readonly bucket?: string
  readonly group?: readonly { readonly dimension: string; readonly value: Value }[]
  readonly others?: boolean
  readonly bin?: { readonly from: string; readonly to: string }
  readonly step?: string
  readonly period?: number
}

/** Parts of a point that stand for one figure together: a series' and a category's. */
export function joinPoints(...parts: readonly Point[]): Point {
  const whole: Point = Object.assign({}, ...parts)
  const group = parts.flatMap((part) => part.group ?? [])
  return group.length === 0 ? whole : { ...whole, group }
}

/** The groups that do not stand alone have no keys. */
export function groupPoint(keys: readonly GroupKey[], isOthers: boolean): Point {
  if (isOthers) return { others: true }
  return keys.length === 0
    ? {}
    : { group: keys.map(({ dimension, value }) => ({ dimension, value: toValue(value) })) }
}

/** A cell or a key as the scalar Value has it; anything else is none. */
export function toValue(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
