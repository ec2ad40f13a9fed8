import { answerOf, errorsIn } from './answer.ts'
import { eventsOf } from './events.ts'
import { isObject, parsedJson } from './object.ts'
import { type ApiRequest, brokenOff, type Endpoint, send } from './request.ts'
import { TesseraError } from './tessera-error.ts'
import { isPassing, pauseOrOnline, waitMs } from './waiting.ts'

interface LiveEvent {
  readonly data: unknown
  readonly errors: readonly TesseraError[]
}

/** What of a subscription outlives its connections. */
interface Course {
  lastEventId: string | null
  /** In a row, without an event between them. */
  failures: number
  /** When a token ended last; each one that is accepted lives for a while. */
  refusedAt: number
}

/** A second token that ends so soon after the first was refused itself: a third would be, too. */
const shortestLifeMs = 5000

type SubscribeRequest = Omit<ApiRequest, 'accept' | 'headers'>

/**
 * The events of a subscription. A connection that ends without saying that all is complete is made anew, with the id
 * of the last event, so that the server says only what has changed since.
 * @throws TesseraError where time would not heal it
 */
export async function* subscribed(
  endpoint: Endpoint,
  request: SubscribeRequest,
): AsyncGenerator<LiveEvent, void, undefined> {
  const { signal } = request
  const course: Course = { lastEventId: null, failures: 0, refusedAt: Number.NEGATIVE_INFINITY }
  for (;;) {
    try {
      if (yield* connected(endpoint, request, course)) return
    } catch (cause) {
      const error = brokenOff(cause, signal)
      if (error.code === 'ABORTED') return
      if (!isPassing(error)) throw error
      course.failures += 1
      const isOver = await pauseOrOnline(waitMs(course.failures, error), signal).then(
        () => false,
        () => true,
      )
      if (isOver) return
    }
  }
}

/**
 * One connection.
 * @returns whether the server says that all is complete; otherwise its token has ended, and another one is to go on
 */
async function* connected(
  endpoint: Endpoint,
  request: SubscribeRequest,
  course: Course,
): AsyncGenerator<LiveEvent, boolean, undefined> {
  const { response, token } = await opened(endpoint, request, course)
  if (response.body === null || !isEventStream(response)) {
    const answer = await answerOf(response)
    const errors = errorsIn(answer)
    if (answer.data == null && errors[0] !== undefined) throw errors[0]
    yield { data: answer.data, errors }
    return true
  }
  let failed: TesseraError | undefined
  for await (const { event, id, data } of eventsOf(response.body)) {
    if (event === 'complete') {
      // What the server ends with is why it ends.
      if (failed !== undefined) throw failed
      return true
    }
    if (id !== undefined) course.lastEventId = id
    const payload = parsedJson(data)
    if (event !== 'next' || !isObject(payload)) continue
    const errors = errorsIn(payload)
    failed = payload.data == null ? errors[0] : undefined
    if (failed?.code === 'UNAUTHENTICATED') {
      const now = Date.now()
      if (now - course.refusedAt < shortestLifeMs) throw failed
      course.refusedAt = now
      endpoint.tokens.refused(token)
      return false
    }
    if (failed === undefined) course.failures = 0
    yield { data: payload.data, errors }
  }
  throw new TesseraError('NETWORK', 'The connection ended before the subscription was complete.')
}

function opened(endpoint: Endpoint, request: SubscribeRequest, { lastEventId }: Course) {
  return send(endpoint, {
    ...request,
    accept: 'text/event-stream, application/graphql-response+json, application/json',
    ...(lastEventId !== null && { headers: { 'last-event-id': lastEventId } }),
  })
}

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')
}
