import type { VerifiedClaims } from '../access/claims.ts'
import type { Scope } from '../access/scope.ts'
import { digestOf, sightOf } from '../access/sight.ts'
import { badInput } from '../errors.ts'
import type { GuestContext, RequestContext } from '../graphql/context.ts'
import type { Live, LiveQuestion } from '../graphql/live.ts'
import { environmentKey } from '../model/repository.ts'
import { askedUntil } from './asked-until.ts'
import { type Bound, liveEvents, type Watched } from './events.ts'
import type { LiveLimits } from './limits.ts'
import { isEnd } from './outcome.ts'
import { countPlaces, type Places } from './places.ts'
import type { Asked } from './poll.ts'
import { createSharedPolls, type SharedPolls } from './shared-polls.ts'

/** What all subscriptions of a process share. */
export interface LiveHub {
  readonly polls: SharedPolls
  readonly ofToken: Places
  readonly ofTenant: Places
}

export function createLiveHub({
  streamsPerToken,
  streamsPerTenant,
  questionsPerTenant,
}: LiveLimits): LiveHub {
  return Object.freeze({
    polls: createSharedPolls(questionsPerTenant),
    ofToken: countPlaces(streamsPerToken, (most) => `at most ${most} subscriptions of one token at a time`),
    ofTenant: countPlaces(
      streamsPerTenant,
      (most) => `at most ${most} subscriptions of one tenant at a time`,
    ),
  })
}

export interface LiveTerms {
  readonly claims: VerifiedClaims
  readonly scope: Scope
  readonly lastEventId: string | undefined
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal
  /** Aborts when the token ends, with the refusal as its reason. */
  readonly ended: AbortSignal
  /** The guest of the claims as the model and the clock are now; what it asks goes on until the signal aborts. */
  readonly bind: (until: AbortSignal) => Promise<GuestContext>
  /** The same, for whom there are no more questions. */
  readonly bindToTell: () => Promise<GuestContext>
}

export function createLive({ polls, ofToken, ofTenant }: LiveHub, terms: LiveTerms): Live {
  const { claims, scope, lastEventId, gone, ended, bind } = terms
  const environment = environmentKey(claims)
  const tenant = JSON.stringify([claims.environmentId, claims.tenantId])
  const token = JSON.stringify([claims.environmentId, claims.tokenId])

  /** Nothing that a client sends is a key by itself: the digest of what the token sees is part of each. */
  function watched({ asked, ask }: LiveQuestion, sight: string, everySeconds: number): Watched {
    const key = digestOf([sight, everySeconds, asked])
    return {
      join: (member) =>
        polls.join(
          { key, environment, tenant, everyMs: everySeconds * 1000 },
          {
            ...member,
            ask: (over) => askedUntil([over, ended], async (until) => askedOf(await bind(until), ask)),
          },
        ),
    }
  }

  async function boundNow(context: RequestContext): Promise<Bound> {
    const guest = await terms.bindToTell()
    const answerSize = context.answerSize.anew()
    return { context: Object.freeze({ ...context, answerSize, guest }), model: guest.modelVersion }
  }

  return Object.freeze({
    watch(questions: readonly LiveQuestion[], everySeconds: number, context: RequestContext) {
      checkInterval(scope, everySeconds)
      const releases = [ofTenant.take(tenant)]
      const release = () => {
        for (const each of releases) each()
      }
      try {
        releases.push(ofToken.take(token))
        const sight = sightOf(claims)
        return liveEvents({
          watched: questions.map((question) => watched(question, sight, everySeconds)),
          lastEventId,
          bind: () => boundNow(context),
          context,
          ended,
          gone,
          release,
        })
      } catch (error) {
        release()
        throw error
      }
    },
  })
}

/** @throws what ends the credential */
async function askedOf(guest: GuestContext, ask: LiveQuestion['ask']): Promise<Asked> {
  const { modelVersion: model } = guest
  try {
    return { model, answer: await ask(guest) }
  } catch (error) {
    if (isEnd(error)) throw error
    return { model, answer: { kind: 'failure', error } }
  }
}

const longestSeconds = 86_400

/** A poll is a request: no token has more of them in a minute than it has requests. */
function checkInterval({ permissions }: Scope, everySeconds: number): void {
  const { requestsPerMinute } = permissions.limits
  const least = requestsPerMinute === null ? 1 : Math.max(1, Math.ceil(60 / requestsPerMinute))
  if (Number.isInteger(everySeconds) && everySeconds >= least && everySeconds <= longestSeconds) return
  throw badInput('everySeconds', `a whole number from ${least} to ${longestSeconds}`)
}
