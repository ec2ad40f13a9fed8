import type { Viewer } from '../dashboard/definition.ts'
import type { ControlsIn, ControlsState } from './controls-state.ts'

export type Part = keyof ControlsState

/** What is wanted of a dashboard: what its host says, and what was chosen since. It outlasts the boards that show it. */
export interface Wishes {
  /** What the host says: where a viewer begins. */
  readonly first: ControlsIn
  readonly now: ControlsIn
  /** Null for what the host says. */
  choose(next: ControlsIn | null): void
  /** The host says some parts anew; what was chosen of the others stays, and so do filters that it never named. */
  change(parts: Iterable<Part>, said: ControlsIn): void
  /** It is known who looks. True where what was chosen before was another's, to whom alone it belonged, and is gone. */
  seenBy(viewer: Viewer): boolean
}

interface Layer {
  readonly below: ControlsIn
  /** What the host said since, and the filters that it named. */
  readonly parts: Set<Part>
  readonly names: Set<string>
}

export function createWishes(controls: ControlsIn, saidFirst = controls): Wishes {
  let said = saidFirst
  let viewer: Viewer | null = null
  const first = layerOver(controls)
  let chosen: Layer | null = null

  const read = ({ below, parts, names }: Layer, timeZone: string): ControlsState => {
    const state = below(timeZone)
    if (parts.size === 0) return state
    const { filters, ...anew } = said(timeZone)
    const others = Object.entries(state.filters).filter(([name]) => !names.has(name))
    return {
      timeRange: parts.has('timeRange') ? anew.timeRange : state.timeRange,
      compareTo: parts.has('compareTo') ? anew.compareTo : state.compareTo,
      granularity: parts.has('granularity') ? anew.granularity : state.granularity,
      filters: parts.has('filters') ? { ...Object.fromEntries(others), ...filters } : state.filters,
    }
  }

  return {
    first: (timeZone) => read(first, timeZone),
    now: (timeZone) => read(chosen ?? first, timeZone),
    choose: (next) => {
      chosen = next === null ? null : layerOver(next)
    },
    change: (parts, next) => {
      const named = [said, next].flatMap((controls) => Object.keys(controls('UTC').filters))
      said = next
      for (const layer of [first, ...(chosen === null ? [] : [chosen])]) {
        for (const part of parts) layer.parts.add(part)
        if (layer.parts.has('filters')) for (const name of named) layer.names.add(name)
      }
    },
    seenBy: (next) => {
      const isOther = viewer !== null && !isSameViewer(viewer, next)
      viewer = next
      if (!isOther || chosen === null) return false
      chosen = null
      return true
    },
  }
}

function layerOver(below: ControlsIn): Layer {
  return { below, parts: new Set(), names: new Set() }
}

function isSameViewer(a: Viewer, b: Viewer): boolean {
  return a.tenantId === b.tenantId && a.subject === b.subject
}
