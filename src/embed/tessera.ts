import { forgetTokens } from '../client/page-session.ts'
import { TesseraDashboard } from './dashboard/tessera-dashboard.ts'

import { define } from './define.ts'
import { TesseraCard } from './widget/tessera-card.ts'
import { TesseraWidget } from './widget/tessera-widget.ts'

/** The version of the elements, as the file that a page loads is versioned. */
export const version = '0.1.0'

export type { WidgetArguments } from '../client/dashboard-data.ts'
export type { PointInput } from '../client/documents.generated.ts'
export type { Comparison, ControlsState, Value } from './controls/controls-state.ts'
export type { TimeRange } from './controls/time-range.ts'
export type {
  DashboardAttributes,
  DashboardProperties,
  ElementEvents,
  ElementProperties,
  WidgetAttributes,
} from './elements.ts'
export type { MessageOverrides } from './messages/en.ts'
export type { GetToken } from './session/session.ts'
export { forgetTokens, TesseraDashboard, TesseraWidget }

define('tessera-card', TesseraCard)
define('tessera-dashboard', TesseraDashboard)
define('tessera-widget', TesseraWidget)

declare global {
  interface HTMLElementTagNameMap {
    'tessera-dashboard': TesseraDashboard
    'tessera-widget': TesseraWidget
  }
}
