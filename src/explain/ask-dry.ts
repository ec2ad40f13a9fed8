import type { Scope } from '../access/scope.ts'
import { adHocAnalytics } from '../analytics/ad-hoc.ts'
import { type Analytics, createAnalytics } from '../analytics/analytics.ts'
import { visibleCatalogue } from '../analytics/visible.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { TesseraError } from '../errors.ts'
import type { GuestContext } from '../graphql/context.ts'
import type { ExplainedQuestion } from '../graphql/explanation.ts'
import type { Limits } from '../warehouse/limits.ts'
import { withoutRows } from '../warehouse/without-rows.ts'
import { widgetData } from '../widgets/data.ts'

export interface Asked {
  readonly catalogue: Catalogue
  readonly limits: Limits
  readonly question: ExplainedQuestion
  /** Microseconds since 1970. */
  readonly now: number
}

/**
 * Asks a question as a guest of this scope would, of a warehouse without rows.
 * @returns the refusal, or null where there is an answer
 */
export async function refusalUnder(scope: Scope, asked: Asked): Promise<TesseraError | null> {
  const { catalogue, limits, now } = asked
  const stored = createAnalytics(scope, {
    catalogue,
    warehouses: withoutRows,
    limits,
    questionsPerRequest: 1,
    tellsCost: false,
    now,
    signal: undefined,
    inTurn: (run) => run(),
  })
  const analytics = adHocAnalytics(scope, stored)
  try {
    await put(asked.question, {
      catalogue: visibleCatalogue(scope, catalogue),
      analytics,
      stored,
      mayAsk: scope.permissions.adHoc,
    })
    return null
  } catch (error) {
    if (error instanceof TesseraError && error.code !== 'INTERNAL') return error
    throw error
  }
}

async function put(
  question: ExplainedQuestion,
  guest: Pick<GuestContext, 'catalogue' | 'analytics' | 'stored' | 'mayAsk'>,
): Promise<void> {
  const { dashboard, widget } = question
  if (dashboard != null) {
    if (guest.catalogue.dashboard(dashboard) === null) throw new TesseraError('NOT_FOUND')
    return
  }
  if (widget == null) return putOwn(question, guest.analytics)
  const found = guest.catalogue.widget(widget.dashboard, widget.name)
  if (found === null) throw new TesseraError('NOT_FOUND')
  if (found.question !== null) await widgetData(guest, found, widget)
}

async function putOwn(question: ExplainedQuestion, analytics: Analytics): Promise<void> {
  const { counter, timeSeries, leaderboard, table, topValues, records } = question
  const { histogram, funnel, retention } = question
  if (counter != null) await analytics.counter(counter)
  if (timeSeries != null) await analytics.timeSeries(timeSeries)
  if (leaderboard != null) await analytics.leaderboard(leaderboard)
  if (table != null) await analytics.table(table)
  if (histogram != null) await analytics.histogram(histogram)
  if (funnel != null) await analytics.funnel(funnel)
  if (retention != null) await analytics.retention(retention)
  if (topValues != null) await analytics.topValues(topValues)
  if (records != null) await analytics.records(records, {})
}
