import { setMaxListeners } from 'node:events'
import type { EndingToken, TokenEnds } from '../access/token-ends.ts'

/** How long a guest goes on. Nothing waits for either until it is asked for. */
export interface GuestLife {
  /** Aborts when the token ends, with the refusal as its reason. */
  readonly ended: () => AbortSignal
  /** Until then questions are asked: none begins after it, and those that run end. */
  readonly asking: () => AbortSignal
}

/** Of one request: questions end with the client or with the token, whichever goes first. */
export function lifeOfRequest(tokenEnds: TokenEnds, token: EndingToken, gone: AbortSignal): GuestLife {
  let ended: AbortSignal | undefined
  let asking: AbortSignal | undefined
  const life: GuestLife = {
    ended: () => {
      ended ??= tokenEnds.signal(token, gone)
      return ended
    },
    asking: () => {
      asking ??= eitherOf(gone, life.ended())
      return asking
    },
  }
  return life
}

function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const either = AbortSignal.any([...signals])
  // Each question of a request listens; ten would be the limit.
  setMaxListeners(0, either)
  return either
}
