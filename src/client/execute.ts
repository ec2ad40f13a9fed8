import { meros } from 'meros/browser'
import { answerOf } from './answer.ts'
import { firstState, type IncrementalState, nextState } from './incremental.ts'
import { isObject } from './object.ts'
import { type ApiRequest, brokenOff, type Endpoint, send } from './request.ts'
import { TesseraError } from './tessera-error.ts'

/**
 * The states of an answer as its parts arrive; a single one where it comes whole. Where the token ends before the last
 * part, it is asked again with the next one, once, and begins anew.
 * @throws TesseraError; NETWORK where the last part never came
 */
export async function* executed(
  endpoint: Endpoint,
  request: Omit<ApiRequest, 'accept'>,
  isAgain = false,
): AsyncGenerator<IncrementalState, void, undefined> {
  const accept = 'multipart/mixed, application/graphql-response+json, application/json'
  const { response, token } = await send(endpoint, { ...request, accept })
  try {
    const parts = await meros(response)
    if (parts instanceof Response) {
      yield { ...firstState(await answerOf(parts)), hasNext: false }
      return
    }
    let state: IncrementalState | null = null
    for await (const { json, body } of parts) {
      if (!json || !isObject(body)) throw new TesseraError('NETWORK', 'A part of the answer is no JSON.')
      state = state === null ? firstState(body) : nextState(state, body)
      if (!isAgain && !state.hasNext && state.errors.at(-1)?.code === 'UNAUTHENTICATED') {
        endpoint.tokens.refused(token)
        if ((await endpoint.tokens.get(request)) !== token) return yield* executed(endpoint, request, true)
      }
      yield state
      if (!state.hasNext) return
    }
    throw brokenOff(null, request.signal)
  } catch (error) {
    throw brokenOff(error, request.signal)
  }
}
