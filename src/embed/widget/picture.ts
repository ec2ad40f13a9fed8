import { html, type TemplateResult } from 'lit'
import type { WidgetData } from '../../client/dashboard-data.ts'
import type { WidgetDefinition } from '../dashboard/definition.ts'
import type { PageContext } from '../page-context.ts'

export function picture(
  _widget: WidgetDefinition,
  answer: WidgetData | null,
  _page: PageContext,
  _asTable: boolean,
): TemplateResult {
  return answer?.__typename === 'Counter' ? html`<p>${answer.formatted}</p>` : html``
}
