import type { ChartPoint } from '../../charts/chart.ts'

/** What is pointed at, by the pointer or by keys. */
export interface Marked {
  /** What `step` goes on from. */
  readonly place: Place
  /** Where the words about it stand, in CSS pixels of the picture. */
  readonly x: number
  readonly y: number
  readonly heading: string
  /** All that stand there, the one that is meant first to be asked for. */
  readonly points: readonly ChartPoint[]
  readonly meant: ChartPoint | null
  readonly shapes: readonly MarkShape[]
}

export interface Place {
  readonly series: number
  readonly index: number
}

/** Drawn over the picture. */
export type MarkShape =
  | {
      readonly kind: 'line' | 'band'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
    }
  | {
      readonly kind: 'dot'
      readonly x: number
      readonly y: number
      readonly color: string
      readonly isMeant: boolean
    }
  | {
      readonly kind: 'ring'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
    }

export type Step = 'next' | 'previous' | 'up' | 'down' | 'first' | 'last'

/** A picture that is there, to be pointed at. */
export interface Scene {
  /** Null where nothing is. */
  at(x: number, y: number): Marked | null
  mark(place: Place): Marked | null
  /** From nowhere, the first place; null where there is none. */
  step(from: Place | null, step: Step): Place | null
  dispose(): void
}
