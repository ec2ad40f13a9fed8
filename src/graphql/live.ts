import type { WidgetAnswer } from '../analytics/answers.ts'
import type { GuestContext, RequestContext } from './context.ts'

/** Questions that are asked again and again while somebody watches. */
export interface Live {
  /**
   * What the questions answer, each time that it has changed; the latest for whoever reads slowly. Ends with the token,
   * and says so last.
   * @param context of the request, for a last event
   * @throws RATE_LIMITED, also where the token cannot pay for each question; BAD_USER_INPUT for more polls than it has requests
   */
  watch(
    questions: readonly LiveQuestion[],
    everySeconds: number,
    context: RequestContext,
  ): Promise<AsyncIterableIterator<LiveEvent>>
}

export interface LiveQuestion {
  /** All of what is asked, as plain data: tokens that see the same share the answer to the same. */
  readonly asked: unknown
  /** Of a guest as the model and the clock are then. */
  readonly ask: (guest: GuestContext) => Promise<WidgetAnswer>
}

export type Outcome = Told &
  (
    | { readonly kind: 'answer'; readonly answer: WidgetAnswer }
    | { readonly kind: 'failure'; readonly error: unknown }
  )

interface Told {
  readonly digest: string
  /** The version of the model that it was asked under; null where nothing was asked. */
  readonly model: number | null
}

export interface LiveEvent {
  /** What its reader has seen with it; null of a last one. */
  readonly id: string | null
  /** What its fields are resolved with: bound when the event was sent, and to no more questions. */
  readonly context: RequestContext
  /** Of the question. */
  readonly index: number
  readonly outcome: Outcome
}
