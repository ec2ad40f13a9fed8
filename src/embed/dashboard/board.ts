import type { TesseraClient } from '../../client/client.ts'
import type { WidgetArguments, WidgetData } from '../../client/dashboard-data.ts'
import type { ControlsState } from '../controls/controls-state.ts'
import type { Wishes } from '../controls/wishes.ts'
import type { Problem } from '../states/problem.ts'
import type { Definition, WidgetDefinition } from './definition.ts'
import type { WidgetState } from './request-cycle.ts'

export type BoardView =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed'; readonly problem: Problem }
  | { readonly phase: 'ready'; readonly definition: Definition; readonly timeZone: string }

export interface BoardOptions {
  readonly client: TesseraClient
  readonly dashboard: string
  /** One widget alone; null for all of them. */
  readonly widget: string | null
  /** The zone that is wished for. */
  readonly timeZone: string
  readonly wishes: Wishes
  readonly problemOf: (error: unknown) => Problem
  readonly onChange: () => void
  /** Another viewer looks now, and what was chosen before is gone. */
  readonly onForgotten: () => void
}

/** A dashboard as it is seen: what it is made of, what its controls say, and what each widget shows. */
export interface Board {
  readonly view: BoardView
  readonly controls: ControlsState
  readonly initialControls: ControlsState
  readonly isBusy: boolean
  readonly client: TesseraClient
  stateOf(name: string): WidgetState<WidgetData>
  /** What the picture of a widget was asked under; before there is one, what it is asked under. */
  argumentsOf(widget: WidgetDefinition): WidgetArguments
  /** What is wanted is something else now. */
  follow(): void
  /** Asks for the figures again: of all widgets, or of one. */
  refresh(name?: string): void
  /**
   * Asks for everything again, with the token of now. Pictures stay for so long where `isSameViewer`, and anybody else's
   * are gone at once: nobody knows how long the answer takes.
   */
  restart(isSameViewer?: boolean): void
  /** Figures of their own accord, so many seconds apart; null for none. */
  setLive(everySeconds: number | null): void
  /** Now, instead of after the time that it would have waited. */
  retryNow(): void
  stop(): void
}
