import type { ControlsState } from './controls/controls-state.ts'
import type { MessageOverrides } from './messages/en.ts'
import type { GetToken } from './session/session.ts'

/** The attributes that both elements have, as markup writes them. */
interface BoardAttributes {
  /** The address of the API; without it, where the script came from. */
  api?: string
  dashboard?: string
  token?: string
  'token-endpoint'?: string
  /** BCP 47. */
  locale?: string
  /** An IANA name. */
  'time-zone'?: string
  theme?: 'light' | 'dark' | 'auto'
  /** `last_30_days`, or `2001-03-01/2001-03-31` */
  period?: string
  /** `none`, `previous_period` or `previous_year` */
  compare?: string
  grain?: string
  /** JSON: lists of values by the names of the dashboard's filters. */
  filters?: string
  /** Seconds between figures; empty for ten. */
  live?: string
  'heading-level'?: number | string
}

export interface DashboardAttributes extends BoardAttributes {
  /** Some of `period comparison filters grain`, or `none`. */
  controls?: string
  'locked-filters'?: 'show' | 'hide'
}

export interface WidgetAttributes extends BoardAttributes {
  widget?: string
}

/** What is no attribute: functions and objects. */
export interface ElementProperties {
  getToken?: GetToken | null
  messages?: MessageOverrides
  controlsState?: ControlsState | null
}

/** What the elements tell the page; all of them bubble. */
export interface ElementEvents {
  'tessera-ready': CustomEvent<{ readonly dashboard: string | null }>
  'tessera-error': CustomEvent<{
    readonly code: string
    readonly requestId: string | null
    readonly widget: string | null
  }>
  'tessera-control-change': CustomEvent<ControlsState>
  /** Cancelled, the records are not shown: the page takes it into its own hands. */
  'tessera-drill-down': CustomEvent<{
    readonly widget: string
    readonly at: unknown
    readonly controls: unknown
  }>
}
