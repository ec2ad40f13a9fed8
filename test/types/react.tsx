import 'tessera/embed/react'

export const dashboard = (
  <tessera-dashboard
    dashboard="departures"
    token-endpoint="/analytics-token"
    theme="dark"
    className="figures"
    ontessera-control-change={({ detail }) => detail.timeRange}
  />
)

export const widget = (
  <tessera-widget
    key="total"
    dashboard="departures"
    widget="total"
    getToken={async () => 'a.b.c'}
    ontessera-error={({ detail }) => detail.code.length}
    ref={(element) => element?.refresh()}
  />
)

// @ts-expect-error There is no such theme.
export const purple = <tessera-dashboard dashboard="departures" theme="purple" />

// @ts-expect-error There is no such attribute.
export const misspelt = <tessera-dashboard dashbord="departures" />
