import { createAnswerSize } from '../../src/graphql/answer-size.ts'
import type { RequestContext } from '../../src/graphql/context.ts'

/** A request under which nothing may be resolved at all. */
export const nobody: RequestContext = {
  requestId: 'test',
  answerSize: createAnswerSize(1_000_000),
  guest: null,
  host: null,
  admit: async () => undefined,
  refreshGuestToken: () => Promise.reject(new Error('Nobody refreshes anything.')),
}
