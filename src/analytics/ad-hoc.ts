import type { Scope } from '../access/scope.ts'
import { TesseraError } from '../errors.ts'
import type { Analytics } from './analytics.ts'

/** The questions that a guest writes. Without the grant for them there are only stored ones. */
export function adHocAnalytics({ permissions }: Scope, analytics: Analytics): Analytics {
  function granted<Arguments extends readonly unknown[], Answer>(
    ask: (...args: Arguments) => Promise<Answer>,
  ): (...args: Arguments) => Promise<Answer> {
    return async (...args) => {
      if (permissions.adHoc) return ask(...args)
      throw new TesseraError('FORBIDDEN', { expected: 'a token with ad-hoc questions' })
    }
  }
  return Object.freeze({
    counter: granted(analytics.counter),
    timeSeries: granted(analytics.timeSeries),
    leaderboard: granted(analytics.leaderboard),
    table: granted(analytics.table),
    histogram: granted(analytics.histogram),
    funnel: granted(analytics.funnel),
    retention: granted(analytics.retention),
    topValues: granted(analytics.topValues),
    records: granted(analytics.records),
    benchmark: granted(analytics.benchmark),
    recordsBehind: granted(analytics.recordsBehind),
    recordStream: granted(analytics.recordStream),
    recordStreamBehind: granted(analytics.recordStreamBehind),
  })
}
