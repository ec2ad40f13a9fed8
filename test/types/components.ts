import type { SvelteHTMLElements } from 'svelte/elements'
import type { DashboardAttributes, TesseraDashboard, TesseraWidget, WidgetAttributes } from 'tessera/embed'
import 'tessera/embed/svelte'
import 'tessera/embed/vue'
import type { GlobalComponents } from 'vue'

type VueProps = InstanceType<GlobalComponents['tessera-dashboard']>['$props']

export const vue: VueProps = {
  dashboard: 'departures',
  'token-endpoint': '/analytics-token',
  class: 'figures',
  'onTessera-ready': ({ detail }) => detail.dashboard,
  'onTessera-drill-down': ({ detail: { at, controls } }) => [at?.metric, controls.timeZone],
  live: true,
  filters: { state: ['CA', null] },
  timeZone: 'Europe/Berlin',
  tokenEndpoint: '/analytics-token',
  lockedFilters: 'hide',
}

// @ts-expect-error There is no such theme.
export const purpleVue: VueProps = { theme: 'purple' }

export const svelte: SvelteHTMLElements['tessera-widget'] = {
  dashboard: 'departures',
  widget: 'total',
  class: 'figures',
  'ontessera-error': ({ detail }) => detail.code,
  'on:tessera-ready': () => {},
  live: 5,
  messages: undefined,
}

// @ts-expect-error There is no such theme.
export const purpleSvelte: SvelteHTMLElements['tessera-widget'] = { theme: 'purple' }

// @ts-expect-error Only dashboards have controls.
export const lockedWidget: SvelteHTMLElements['tessera-widget'] = { lockedFilters: 'hide' }

/** `tokenEndpoint` as it is written in markup. */
type Kebab<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${Rest extends Uncapitalize<Rest> ? Lowercase<First> : `${Lowercase<First>}-`}${Kebab<Rest>}`
  : Text

type AttributesOf<Properties> = Kebab<
  Exclude<keyof Properties & string, 'getToken' | 'messages' | 'controlsState'>
>

/** Compiles only while the declared attributes are exactly those of the elements. */
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never
export const dashboardAttributes: Same<
  keyof DashboardAttributes,
  AttributesOf<typeof TesseraDashboard.properties>
> = true
export const widgetAttributes: Same<
  keyof WidgetAttributes,
  AttributesOf<typeof TesseraWidget.properties>
> = true
