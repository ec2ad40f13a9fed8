import { setMaxListeners } from 'node:events'
import type { EndingToken, TokenEnds } from '../access/token-ends.ts'

/** How long a guest goes on. Nothing waits for either until it is asked for. */
export interface GuestLife {
  /** Aborts when the token ends, with the refusal as its reason. */
  readonly ended: () => AbortSignal
  /** Until then questions are asked: none begins after it, and those that run end. */
  readonly asking: () => AbortSignal
}

interface RequestEnds {
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal
  /** Aborts when the answer has become too large. */
  readonly exceeded: AbortSignal
}

/** Of one request: questions end with the client, with the token, or with an answer that is too large. */
export function lifeOfRequest(
  tokenEnds: TokenEnds,
  token: EndingToken,
  { gone, exceeded }: RequestEnds,
): GuestLife {
  let ended: AbortSignal | undefined
  let asking: AbortSignal | undefined
  const life: GuestLife = {
    ended: () => {
      ended ??= tokenEnds.signal(token, gone)
      return ended
    },
    asking: () => {
      asking ??= anyOf(gone, exceeded, life.ended())
      return asking
    },
  }
  return life
}

function anyOf(...signals: AbortSignal[]): AbortSignal {
  const first = AbortSignal.any(signals)
  // Each question of a request listens; ten would be the limit.
  setMaxListeners(0, first)
  return first
}
