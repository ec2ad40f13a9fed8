import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'

/** Waits for what takes none of our time, such as another server. */
export type Aside = <Result>(wait: () => Promise<Result>) => Promise<Result>

/** Of those who take turns one runs at a time. */
export interface Turn {
  /** Whether so many are waiting that nobody more should. */
  isFull(): boolean
  /** @param run waits aside, where it has to, while others have their turns, and goes on in another one */
  take<Result>(run: (aside: Aside) => Promise<Result>): Promise<Result>
}

/** So many times as long as this process was busy during the turn. */
const restFor = 9

/** Whatever is outside of turns. */
export const atOnce: Aside = (wait) => wait()

export interface TurnOptions {
  readonly waitingMax: number
  readonly restMaxMs: number
}

/** After each turn there is a rest, so that turns take a tenth of the process, and what has nothing to do with them is served. */
export function createTurn({ waitingMax, restMaxMs }: TurnOptions): Turn {
  const line = pLimit(1)

  /** Answers once it is the caller's turn: how to end it. */
  function enter(): Promise<() => void> {
    return new Promise((entered) => {
      void line(async () => {
        const { active } = performance.eventLoopUtilization()
        await new Promise<void>((left) => entered(left))
        const busyMs = performance.eventLoopUtilization().active - active
        await delay(Math.min(restMaxMs, busyMs * restFor))
      })
    })
  }

  return Object.freeze({
    isFull: () => line.pendingCount >= waitingMax,
    async take<Result>(run: (aside: Aside) => Promise<Result>): Promise<Result> {
      let leave = await enter()
      const aside: Aside = async (wait) => {
        leave()
        try {
          return await wait()
        } finally {
          leave = await enter()
        }
      }
      try {
        return await run(aside)
      } finally {
        leave()
      }
    },
  })
}
