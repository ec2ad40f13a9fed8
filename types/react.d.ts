import type { HTMLAttributes, RefAttributes } from 'react'
import type {
  DashboardAttributes,
  ElementEvents,
  ElementProperties,
  TesseraDashboard,
  TesseraWidget,
  WidgetAttributes,
} from 'tessera/embed'

/** As React 19 takes them; React 18 knows attributes alone, so there properties and listeners go through a ref. */
type Listeners = { [Name in keyof ElementEvents as `on${Name}`]?: (event: ElementEvents[Name]) => void }

type Props<Element, Attributes> = Omit<HTMLAttributes<Element>, keyof Attributes> &
  RefAttributes<Element> &
  Attributes &
  ElementProperties &
  Listeners

interface TesseraElements {
  'tessera-dashboard': Props<TesseraDashboard, DashboardAttributes>
  'tessera-widget': Props<TesseraWidget, WidgetAttributes>
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
