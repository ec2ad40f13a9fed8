import type { ScriptedApi } from './scripted-api.ts'

const metric = {
  name: 'sales',
  title: 'Sales',
  unit: null,
  format: null,
  currency: null,
  digits: null,
  locale: null,
  additive: true,
  approximate: false,
}

const controls = {
  timeRange: true,
  granularity: false,
  compareTo: true,
  filters: ['region'],
  drillDown: true,
  export: true,
}

function widget(name: string, title: string, kind: string, answers: string, options = {}) {
  return { id: name, name, title, description: null, visualization: { kind, options }, answers, controls }
}

export const widgets = [
  widget('total', 'Sales', 'NUMBER', 'COUNTER'),
  widget('best', 'Best regions', 'TABLE', 'TABLE'),
]

/** In place of the others, one that is drawn. */
export const drawn = [widget('daily', 'Daily', 'BAR', 'LEADERBOARD')]

const permissions = {
  adHoc: true,
  drillDown: true,
  export: true,
  earliest: null,
  maxDateRangeDays: null,
  minGranularity: null,
  lockedDimensions: [] as string[],
  periods: { all: true, names: [] as string[] },
  timeZones: { all: true, names: [] as string[] },
}

export const shown = {
  dashboard: {
    id: 'sales',
    name: 'sales',
    title: 'Sales',
    description: null as string | null,
    defaultTimeRange: { period: 'last_30_days' },
    layout: {},
    filters: [{ name: 'region', title: 'Region', dimension: 'region', locked: false }],
    widgets,
  },
  viewer: {
    tenantId: 'acme',
    subject: null as string | null,
    role: 'viewer',
    expiresAt: '2030-01-01T00:00:00Z',
    permissions,
  },
}

/** Answers what is asked of a dashboard beside its figures. */
export function serveDashboard(api: ScriptedApi, { dashboard, viewer } = shown): void {
  api.token = { status: 200, body: { token: 'aaa.bbb.ccc' } }
  api.answers = {
    DashboardDefinition: ({ name }) => ({ data: { dashboard: name === dashboard.name ? dashboard : null } }),
    Viewer: () => ({ data: { viewer } }),
  }
}

export function counter(value: number): object {
  const stats = { asOf: '2026-01-01T00:00:00Z' }
  const figure = { metric, value, exactValue: String(value), formatted: String(value) }
  return { __typename: 'Counter', ...figure, range: null, comparison: null, stats }
}

const region = {
  title: 'Region',
  name: 'region',
  kind: 'DIMENSION',
  type: 'STRING',
  format: null,
  granularity: null,
  pivot: [],
}
export const tableColumns = [
  region,
  { ...region, title: 'Sales', name: 'sales', kind: 'METRIC', type: 'NUMBER', metric },
] as const

export function table(rows: readonly (readonly [string, number])[]): object {
  return {
    __typename: 'Table',
    columns: tableColumns,
    pivot: [],
    cells: rows,
    totals: null,
    rowCount: rows.length,
    range: null,
    stats: { asOf: '2026-01-01T00:00:00Z' },
  }
}
