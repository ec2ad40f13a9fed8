import type {
  DashboardAttributes,
  DashboardProperties,
  ElementEvents,
  ElementProperties,
  TesseraDashboard,
  TesseraWidget,
  WidgetAttributes,
} from 'tessera/embed'
import type { AllowedComponentProps, HTMLAttributes, VNodeProps } from 'vue'

type Listeners = {
  [Name in keyof ElementEvents as `on${Capitalize<Name>}`]?: (event: ElementEvents[Name]) => void
}

type ElementComponent<Element, Attributes, Properties> = new () => Element & {
  $props: Omit<HTMLAttributes, keyof Attributes> &
    VNodeProps &
    AllowedComponentProps &
    Attributes &
    Properties &
    Listeners
}

declare module 'vue' {
  interface GlobalComponents {
    'tessera-dashboard': ElementComponent<TesseraDashboard, DashboardAttributes, DashboardProperties>
    'tessera-widget': ElementComponent<TesseraWidget, WidgetAttributes, ElementProperties>
  }
}
