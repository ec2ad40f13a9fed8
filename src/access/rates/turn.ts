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
  /** In the line, and as many aside, who come back to it. */
  readonly waitingMax: number
  /** What who finds that many aside is told. */
  readonly tooManyAside: () => Error
  readonly restMaxMs: number
}

/** After each turn there is a rest, so that turns take a tenth of the process, and what has nothing to do with them is served. */
export function createTurn({ waitingMax, tooManyAside, restMaxMs }: TurnOptions): Turn {
  const line = pLimit(1)
  let aside = 0

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
      const stepAside: Aside = async (wait) => {
        if (aside >= waitingMax) throw tooManyAside()
        aside += 1
        leave()
        try {
          return await wait()
        } finally {
          leave = await enter()
          aside -= 1
        }
      }
      try {
        return await run(stepAside)
      } finally {
        leave()
      }
    },
  })
}
