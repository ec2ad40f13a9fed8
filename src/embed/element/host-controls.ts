import { type ControlsState, sameControls } from '../controls/controls-state.ts'
import { createWishes, type Part, type Wishes } from '../controls/wishes.ts'
import type { Board } from '../dashboard/board.ts'
import type { Problem } from '../states/problem.ts'
import { type ControlSettings, type Read, readKept, readSettings } from './settings.ts'

export interface ControlsHost extends ControlSettings {
  readonly board: Board | null
}

/** What a host says of the controls: one by one, or all of them as they were kept, which comes before. */
export interface HostControls {
  /** What cannot be read. */
  readonly problem: Problem | null
  readonly state: ControlsState | null
  /** Null for what was there at first. */
  keep(state: ControlsState | null | undefined): void
  /** What the viewer chose. */
  choose(state: ControlsState): void
  /** Some that are said one by one are others now. */
  change(parts: readonly Part[]): void
  /** What a board is to show, which goes on where the one before ended. */
  start(): { readonly wishes: Wishes } | { readonly problem: Problem }
  /** Nothing of what was chosen goes on. */
  forget(): void
}

export function hostControls(host: () => ControlsHost): HostControls {
  let kept: Read | null = null
  let problem: Problem | null = null
  let wishes: Wishes | null = null
  /** Those that became others while one of them could not be read. */
  const changed = new Set<Part>()

  const settings = () => readSettings(host())

  const choose = (controls: (() => ControlsState) | null) => {
    wishes?.choose(controls)
    host().board?.follow()
  }

  return {
    get problem() {
      return problem
    },
    get state() {
      const { board } = host()
      if (board !== null) return board.controls
      if (wishes !== null) return wishes.now('UTC')
      return kept !== null && 'controls' in kept ? kept.controls('UTC') : null
    },
    keep: (state) => {
      const { board } = host()
      const wasWrong = problem !== null
      const read = state == null ? null : readKept(state)
      problem = read !== null && 'problem' in read ? read.problem : null
      // A host that gives back what it was told says nothing of its own.
      const isEcho = read !== null && 'controls' in read && board !== null && !wasWrong
      if (isEcho && sameControls(read.controls('UTC'), board.controls)) return
      kept = read
      if (problem !== null) return
      const controls = read !== null && 'controls' in read ? read.controls('UTC') : null
      choose(controls && (() => controls))
    },
    choose: (state) => choose(() => state),
    change: (parts) => {
      for (const part of parts) changed.add(part)
      kept = null
      const read = settings()
      problem = 'problem' in read ? read.problem : null
      if ('problem' in read || wishes === null) return
      wishes.change(changed, read.controls)
      changed.clear()
      host().board?.follow()
    },
    start: () => {
      if (problem !== null) return { problem }
      if (wishes !== null) return { wishes }
      const said = settings()
      const read = kept ?? said
      if ('problem' in read) return read
      wishes = createWishes(read.controls, 'controls' in said ? said.controls : read.controls)
      changed.clear()
      return { wishes }
    },
    forget: () => {
      wishes = null
    },
  }
}
