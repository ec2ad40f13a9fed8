import type { HTMLAttributes } from 'svelte/elements'
import type {
  DashboardAttributes,
  DashboardProperties,
  ElementEvents,
  ElementProperties,
  TesseraDashboard,
  TesseraWidget,
  WidgetAttributes,
} from 'tessera/embed'

/** As Svelte 5 and Svelte 4 write them. */
type Listeners = {
  [Name in keyof ElementEvents as `on${Name}` | `on:${Name}`]?: (event: ElementEvents[Name]) => void
}

type Props<Element extends EventTarget, Attributes, Properties> = Omit<
  HTMLAttributes<Element>,
  keyof Attributes
> &
  Attributes &
  Properties &
  Listeners

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'tessera-dashboard': Props<TesseraDashboard, DashboardAttributes, DashboardProperties>
    'tessera-widget': Props<TesseraWidget, WidgetAttributes, ElementProperties>
  }
}
