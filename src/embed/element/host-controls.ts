import type { ControlsState } from '../controls/controls-state.ts'
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
  keep(state: ControlsState | null): void
  read(): Read
  /** One of them is another now. */
  chooseAnew(): void
}

export function hostControls(host: () => ControlsHost): HostControls {
  let kept: Read | null = null
  let problem: Problem | null = null

  const take = (read: Read | null) => {
    problem = read !== null && 'problem' in read ? read.problem : null
    const { board } = host()
    if (problem !== null || board === null) return
    const { initialControls } = board
    board.choose(read !== null && 'controls' in read ? read.controls : () => initialControls)
  }

  const read = () => {
    const { period, compare, grain, filters } = host()
    return kept ?? readSettings({ period, compare, grain, filters })
  }

  return {
    get problem() {
      return problem
    },
    get state() {
      const { board } = host()
      if (board !== null) return board.controls
      return kept !== null && 'controls' in kept ? kept.controls('UTC') : null
    },
    keep: (state) => {
      kept = state === null ? null : readKept(state)
      take(kept)
    },
    read,
    chooseAnew: () => {
      kept = null
      take(read())
    },
  }
}
