import type { PlannedToken } from '../access/planned.ts'
import { visibleCatalogue } from '../analytics/visible.ts'
import type { ExplainedRule } from '../graphql/explanation.ts'
import type { Asked } from './ask-dry.ts'
import { findCauses } from './causes.ts'

/** Of a dashboard that is shown, why widgets of it are not. */
export async function hiddenWidgets(token: PlannedToken, asked: Asked): Promise<readonly ExplainedRule[]> {
  const { catalogue, question } = asked
  const dashboard = catalogue.dashboards.get(question.dashboard ?? '')
  if (dashboard === undefined) return []
  const shown = new Set(visibleCatalogue(token.under(token.layers), catalogue).widgets(dashboard))
  const hidden = dashboard.widgets.filter((widget) => !shown.has(widget))
  const rules = await Promise.all(
    hidden.map(async ({ name }) => {
      const widget = { dashboard: dashboard.name, name }
      const { rules: causes } = await findCauses(token, { ...asked, question: { widget } })
      return causes.map(
        ({ source, text }): ExplainedRule => ({
          effect: 'NARROWED',
          source,
          text: `The widget ${name} is not shown. ${text}`,
        }),
      )
    }),
  )
  return rules.flat()
}
