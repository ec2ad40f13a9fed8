import type { VerifiedClaims } from '../access/claims.ts'
import type { TokenRate } from '../access/rates/rates.ts'
import type { Scope } from '../access/scope.ts'
import { digestOf, sightOf } from '../access/sight.ts'
import type { GuestContext, RequestContext } from '../graphql/context.ts'
import type { Live, LiveQuestion } from '../graphql/live.ts'
import { environmentKey } from '../model/repository.ts'
import { askedUntil } from './asked-until.ts'
import { type Bound, liveEvents, type Watched } from './events.ts'
import type { Turns } from './first-turn.ts'
import type { LiveLimits } from './limits.ts'
import { isEnd } from './outcome.ts'
import { countPlaces, type Places } from './places.ts'
import type { Asked } from './poll.ts'
import { createSharedPolls, type SharedPolls, tenantKey } from './shared-polls.ts'
import { countTokenPolls, type TokenPolls } from './token-polls.ts'

/** What all subscriptions of a process share. */
export interface LiveHub {
  readonly polls: SharedPolls
  readonly ofToken: Places
  readonly ofTenant: Places
  readonly pollsOfToken: TokenPolls
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
    pollsOfToken: countTokenPolls(),
  })
}

export interface LiveTerms {
  readonly claims: VerifiedClaims
  /** What is known of its tenant beside the token: where it is, and what row rules read of it. */
  readonly placed: Pick<Scope, 'place' | 'region' | 'attributeReadings'>
  /** What the token may ask in a minute. */
  readonly rate: TokenRate
  /** What it may ask at a time. */
  readonly turns: Turns
  readonly lastEventId: string | undefined
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal
  /** Aborts when the token ends, with the refusal as its reason. */
  readonly ended: AbortSignal
  /** The guest of the claims as the model and the clock are now, in a turn; what it asks goes on until the signal aborts. */
  readonly bind: (until: AbortSignal) => Promise<GuestContext>
  /** The same, for whom there are no more questions. */
  readonly bindToTell: () => Promise<GuestContext>
}

export function createLive({ polls, ofToken, ofTenant, pollsOfToken }: LiveHub, terms: LiveTerms): Live {
  const { claims, rate, turns, lastEventId, gone, ended, bind } = terms
  const environment = environmentKey(claims)
  const tenant = tenantKey(claims.environmentId, claims.tenantId)
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
            turns,
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
    async watch(questions: readonly LiveQuestion[], everySeconds: number, context: RequestContext) {
      const polled = { questions: questions.length, everySeconds }
      const releases = [pollsOfToken.take(token, polled, rate.perMinute)]
      const release = () => {
        for (const each of releases) each()
      }
      try {
        releases.push(ofTenant.take(tenant))
        releases.push(ofToken.take(token))
        // The request has paid for one. What is asked again is paid by the tenant, for all who watch.
        if (questions.length > 1) await rate.spend(questions.length - 1)
        // Who is asked elsewhere now joins nobody who was asked for before.
        const sight = digestOf([sightOf(claims), terms.placed])
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
