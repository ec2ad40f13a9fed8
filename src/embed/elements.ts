import type { WidgetArguments } from '../client/dashboard-data.ts'
import type { PointInput } from '../client/documents.generated.ts'
import type { ControlsState, Value } from './controls/controls-state.ts'
import type { MessageOverrides } from './messages/en.ts'
import type { GetToken } from './session/session.ts'

/** The attributes that both elements have, as markup writes them. */
interface BoardAttributes {
  /** The address of the API; without it, where the script came from. */
  api?: string | undefined
  dashboard?: string | undefined
  token?: string | undefined
  'token-endpoint'?: string | undefined
  /** BCP 47. */
  locale?: string | undefined
  /** An IANA name. */
  'time-zone'?: string | undefined
  theme?: 'light' | 'dark' | 'auto' | undefined
  /** `last_30_days`, or `2001-03-01/2001-03-31` */
  period?: string | undefined
  /** `none`, `previous_period` or `previous_year` */
  compare?: string | undefined
  grain?: string | undefined
  /** Lists of values by the names of the dashboard's filters; in markup, as JSON. */
  filters?: string | Readonly<Record<string, readonly Value[]>> | undefined
  /** Seconds between figures; empty or true for ten, false for none. */
  live?: boolean | number | string | undefined
  'heading-level'?: number | string | undefined
}

export interface DashboardAttributes extends BoardAttributes {
  /** Some of `period comparison filters grain`, or `none`. */
  controls?: string | undefined
  'locked-filters'?: 'show' | 'hide' | undefined
}

export interface WidgetAttributes extends BoardAttributes {
  widget?: string | undefined
}

/** What is no attribute, functions and objects, and what is called otherwise as a property. */
export interface ElementProperties {
  getToken?: GetToken | null | undefined
  messages?: MessageOverrides | null | undefined
  controlsState?: ControlsState | null | undefined
  tokenEndpoint?: string | null | undefined
  timeZone?: string | null | undefined
  headingLevel?: number | undefined
}

export interface DashboardProperties extends ElementProperties {
  lockedFilters?: 'show' | 'hide' | null | undefined
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
    /** Null for all of the widget. */
    readonly at: PointInput | null
    /** What the figure was asked under. */
    readonly controls: WidgetArguments
  }>
}
