import type { Reached, Unreached } from './node.ts'

/** Asks one node after the other until one is reached. */
export interface Failover<N> {
  /** Rejects where `ask` does: then a node was reached, or nobody waits any more. */
  reach(ask: (node: N) => Promise<Reached | Unreached>): Promise<Attempt<N>>
}

/** Of the last node that was asked; `mayHaveRun` of all of them. */
export type Attempt<N> = (Reached | Unreached) & { readonly node: N }

export interface FailoverOptions {
  /** For how long a node that was not reached is left alone, where there is another one. */
  readonly avoidMs: number
}

interface State<N> {
  readonly node: N
  /** 0 while it is believed to answer. */
  avoidedUntil: number
  /** One request looks whether it answers again, and the others don't wait for that. */
  isTried: boolean
}

/** Two, since a statement that brings a server down must not bring all of them down. */
const mayHaveRunMax = 2

/**
 * The nodes in their order: the first that answers has all the requests, so that figures come from one replica as long as it is
 * there. Each is asked at most once for a request.
 */
export function createFailover<N>(nodes: readonly N[], { avoidMs }: FailoverOptions): Failover<N> {
  const states = nodes.map((node): State<N> => ({ node, avoidedUntil: 0, isTried: false }))

  function inTurn(): readonly State<N>[] {
    const now = performance.now()
    const isWanted = ({ avoidedUntil, isTried }: State<N>) =>
      avoidedUntil === 0 || (now >= avoidedUntil && !isTried)
    const others = states.filter((state) => !isWanted(state))
    return [...states.filter(isWanted), ...others.sort((one, two) => one.avoidedUntil - two.avoidedUntil)]
  }

  async function attempt(state: State<N>, ask: (node: N) => Promise<Reached | Unreached>) {
    const isFirstAgain = state.avoidedUntil !== 0 && !state.isTried
    if (isFirstAgain) state.isTried = true
    try {
      const outcome = await ask(state.node)
      state.avoidedUntil = outcome.reached ? 0 : performance.now() + avoidMs
      return outcome
    } finally {
      if (isFirstAgain) state.isTried = false
    }
  }

  async function reach(ask: (node: N) => Promise<Reached | Unreached>): Promise<Attempt<N>> {
    let last: Attempt<N> | null = null
    let mayHaveRun = 0
    for (const state of inTurn()) {
      const outcome = await attempt(state, ask)
      last = { ...outcome, node: state.node }
      if (outcome.reached) break
      if (outcome.mayHaveRun) mayHaveRun += 1
      if (mayHaveRun === mayHaveRunMax) break
    }
    if (last === null) throw new Error('A source has at least one node.')
    return last.reached ? last : { ...last, mayHaveRun: mayHaveRun > 0 }
  }

  return Object.freeze({ reach })
}
