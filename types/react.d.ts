import type { HTMLAttributes, RefAttributes } from 'react'
import type {
  DashboardAttributes,
  DashboardProperties,
  ElementEvents,
  ElementProperties,
  TesseraDashboard,
  TesseraWidget,
  WidgetAttributes,
} from 'tessera/embed'

/** As React 19 takes them; React 18 knows attributes alone, so there properties and listeners go through a ref. */
type Listeners = { [Name in keyof ElementEvents as `on${Name}`]?: (event: ElementEvents[Name]) => void }

type Props<Element, Attributes, Properties> = Omit<HTMLAttributes<Element>, keyof Attributes> &
  RefAttributes<Element> &
  Attributes &
  Properties &
  Listeners

interface TesseraElements {
  'tessera-dashboard': Props<TesseraDashboard, DashboardAttributes, DashboardProperties>
  'tessera-widget': Props<TesseraWidget, WidgetAttributes, ElementProperties>
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends TesseraElements {}
  }
}

declare global {
  // The place before React had one of its own.
  namespace JSX {
    interface IntrinsicElements extends TesseraElements {}
  }
}
