import type {
  CounterData,
  DrawnWidget,
  FunnelData,
  HistogramData,
  LeaderboardData,
  MetricInfo,
  RetentionData,
  TableData,
  TimeSeriesData,
  VisualizationKind,
  WidgetAnswer,
} from '../../src/charts/answers.ts'

/** Answers to draw: small, whole, and each with something that is easily drawn wrong. */
export const departures: MetricInfo = {
  name: 'departures',
  title: 'Departures',
  format: null,
  digits: null,
  currency: null,
  unit: null,
  additive: true,
}
export const onTime: MetricInfo = {
  ...departures,
  name: 'on_time_share',
  title: 'On time',
  format: 'percent',
  additive: false,
}
export const delay: MetricInfo = {
  ...departures,
  name: 'average_delay',
  title: 'Average delay',
  unit: 'min',
  additive: false,
}

export const range = {
  start: '2001-01-01T00:00:00Z',
  stop: '2001-07-01T00:00:00Z',
  timeZone: 'UTC',
}

export function widget(kind: VisualizationKind, options: unknown = {}, title = 'Departures'): DrawnWidget {
  return { title, visualization: { kind, options } }
}

export const counter: CounterData = {
  __typename: 'Counter',
  metric: departures,
  range,
  value: 124_711,
  exactValue: '124711',
  comparison: { range, value: 119_680, change: 5031, changeRatio: 0.042 },
}

export function days(count: number, from = Date.UTC(2001, 0, 1), step = 86_400_000): readonly string[] {
  return Array.from({ length: count }, (_, index) => new Date(from + index * step).toISOString())
}

function wave(count: number, base: number, swing: number, phase = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) =>
    Math.round(
      base +
        swing * Math.sin((index + phase) / 6) +
        (swing / 2) * Math.cos(((index + phase) * 2 * Math.PI) / 7),
    ),
  )
}

/** Half a year by days; the last five are not final, the last two not begun. */
export const daily: TimeSeriesData = {
  __typename: 'TimeSeries',
  granularity: 'DAY',
  axisRange: range,
  completeUntil: '2001-06-26T00:00:00Z',
  labels: days(181),
  series: [
    {
      metric: departures,
      group: [],
      isOthers: false,
      values: [...wave(179, 690, 90), null, null],
      comparisonValues: null,
      total: 124_711,
    },
  ],
}

const states = ['CA', 'FL', 'TX', 'NY', null]

export const weeklyByState: TimeSeriesData = {
  ...daily,
  granularity: 'WEEK',
  completeUntil: '2001-06-25T00:00:00Z',
  labels: days(26, Date.UTC(2001, 0, 1), 7 * 86_400_000),
  series: [
    ...states.map((value, index) => ({
      metric: departures,
      group: [{ dimension: 'destination_state', value }],
      isOthers: false,
      values: wave(26, 900 - index * 140, 120, index * 3),
      comparisonValues: null,
      total: 26 * (900 - index * 140),
    })),
    {
      metric: departures,
      group: [],
      isOthers: true,
      values: wave(26, 1500, 200, 9),
      comparisonValues: null,
      total: 39_000,
    },
  ],
}

/** Two metrics that are written in two ways, one of them with a gap and what it was before. */
export const monthly: TimeSeriesData = {
  ...daily,
  granularity: 'MONTH',
  completeUntil: '2001-07-01T00:00:00Z',
  labels: Array.from({ length: 6 }, (_, month) => new Date(Date.UTC(2001, month, 1)).toISOString()),
  series: [
    {
      metric: delay,
      group: [],
      isOthers: false,
      values: [9.1, 8.4, null, 11.2, 7.7, 12.9],
      comparisonValues: [8, 8.1, 8.6, 9.3, 9.9, 10.4],
      total: 9.8,
    },
    {
      metric: onTime,
      group: [],
      isOthers: false,
      values: [0.81, 0.83, 0.8, 0.76, 0.84, 0.74],
      comparisonValues: null,
      total: 0.8,
    },
  ],
}

const cities = [
  ['ORD', 'Chicago'],
  ['DFW', 'Dallas-Fort Worth'],
  ['LGA', 'New York'],
  ['MCO', 'Orlando'],
  ['DCA', 'Arlington'],
  ['BOS', 'Boston'],
  ['PHL', 'Philadelphia'],
  ['LAX', 'Los Angeles'],
] as const

export const topDestinations: LeaderboardData = {
  __typename: 'Leaderboard',
  metric: departures,
  range,
  dimensions: [{ title: 'Destination' }, { title: 'City' }],
  rows: [
    ...cities.map(([code, city], index) => ({
      keys: [
        { dimension: 'destination', value: code },
        { dimension: 'destination_city', value: city },
      ],
      value: 5200 - index * 430,
      share: (5200 - index * 430) / 124_711,
      comparisonValue: null,
      isOthers: false,
    })),
    { keys: [], value: 9100, share: 0.073, comparisonValue: null, isOthers: true },
  ],
  total: 124_711,
}

export const byState: LeaderboardData = {
  ...topDestinations,
  dimensions: [{ title: 'State' }],
  rows: [
    ...['FL', 'TX', 'CA', 'NY', 'IL', null].map((value, index) => ({
      keys: [{ dimension: 'destination_state', value }],
      value: 20_000 - index * 2900,
      share: (20_000 - index * 2900) / 124_711,
      comparisonValue: 19_000 - index * 2500,
      isOthers: false,
    })),
    { keys: [], value: 26_000, share: 0.2, comparisonValue: 25_000, isOthers: true },
  ],
}

const noPivot = { granularity: null, pivot: [] }

export const table: TableData = {
  __typename: 'Table',
  columns: [
    {
      name: 'destination',
      title: 'Destination',
      kind: 'DIMENSION',
      type: 'STRING',
      format: null,
      ...noPivot,
    },
    { name: 'destination_city', title: 'City', kind: 'DIMENSION', type: 'STRING', format: null, ...noPivot },
    { name: 'departures', title: 'Departures', kind: 'METRIC', type: 'NUMBER', format: null, ...noPivot },
    {
      name: 'on_time_share',
      title: 'On time',
      kind: 'METRIC',
      type: 'NUMBER',
      format: 'percent',
      ...noPivot,
    },
    {
      ...{ name: 'average_delay', title: 'Average delay', kind: 'METRIC', type: 'NUMBER', format: null },
      ...noPivot,
      metric: delay,
    },
  ],
  cells: cities.map(([code, city], index) => [
    code,
    index === 3 ? null : city,
    5200 - index * 430,
    0.84 - index * 0.013,
    index === 5 ? null : 7.5 + index,
  ]),
  pivot: [],
  totals: [null, null, 124_711, 0.804, 9.15],
  rowCount: 173,
  range,
}

/** Months across, states down, with the figures of the whole row. */
export const pivot: TableData = {
  __typename: 'Table',
  columns: [
    {
      name: 'destination_state',
      title: 'State',
      kind: 'DIMENSION',
      type: 'STRING',
      format: null,
      ...noPivot,
    },
    ...['AA', 'DL', null].flatMap((carrier) =>
      [departures, onTime].map(
        ({ name, title, format }) =>
          ({
            name,
            title,
            kind: 'METRIC',
            type: 'NUMBER',
            format,
            granularity: null,
            pivot: [{ dimension: 'carrier', value: carrier }],
          }) as const,
      ),
    ),
    ...[departures, onTime].map(
      ({ name, title, format }) =>
        ({ name, title, kind: 'METRIC', type: 'NUMBER', format, ...noPivot }) as const,
    ),
  ],
  cells: ['FL', 'TX', null].map((state, row) => [
    state,
    ...[0, 1, 2].flatMap((column) => [1200 - row * 300 - column * 100, 0.9 - row * 0.05 - column * 0.02]),
    3300 - row * 900,
    0.88 - row * 0.05,
  ]),
  pivot: [{ granularity: null }],
  totals: [null, 2700, 0.86, 2400, 0.84, 2100, 0.82, 7200, 0.84],
  rowCount: 3,
  range,
}

export const heat: TableData = {
  ...pivot,
  columns: [
    { name: 'weekday', title: 'Day', kind: 'DIMENSION', type: 'STRING', format: null, ...noPivot },
    ...Array.from(
      { length: 24 },
      (_, hour) =>
        ({
          name: 'departures',
          title: 'Departures',
          kind: 'METRIC',
          type: 'NUMBER',
          format: null,
          granularity: null,
          pivot: [{ dimension: 'hour', value: hour }],
        }) as const,
    ),
  ],
  cells: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((day, row) => [
    day,
    ...Array.from({ length: 24 }, (_, hour) =>
      hour < 5
        ? null
        : Math.round(60 + 50 * Math.sin(((hour - 5) / 19) * Math.PI) - (row > 4 ? 25 : 0) + (hour % 5) * 3),
    ),
  ]),
  totals: null,
}

export const histogram: HistogramData = {
  __typename: 'Histogram',
  dimension: { title: 'Departure delay', format: null, unit: 'min' },
  range,
  bins: Array.from({ length: 40 }, (_, index) => ({
    from: -60 + index * 7.5,
    to: -52.5 + index * 7.5,
    exactFrom: String(-60 + index * 7.5),
    exactTo: String(-52.5 + index * 7.5),
    count: Math.round(30_000 * Math.exp(-((index - 8) ** 2) / (index < 8 ? 8 : 40))),
  })),
}

export const funnel: FunnelData = {
  __typename: 'Funnel',
  range,
  steps: [
    { name: 'Visited', count: 12_840, fromPrevious: null, fromStart: null },
    { name: 'Signed up', count: 4210, fromPrevious: 4210 / 12_840, fromStart: 4210 / 12_840 },
    { name: 'Added to cart', count: 1930, fromPrevious: 1930 / 4210, fromStart: 1930 / 12_840 },
    { name: 'Paid', count: 0, fromPrevious: 0, fromStart: 0 },
  ],
}

export const retention: RetentionData = {
  __typename: 'Retention',
  granularity: 'WEEK',
  axisRange: range,
  cohorts: Array.from({ length: 8 }, (_, row) => ({
    start: new Date(Date.UTC(2001, 0, 1 + row * 7)).toISOString(),
    size: row === 4 ? 0 : 420 - row * 17,
    returned: Array.from({ length: 8 }, (__, period) =>
      period + row > 7 ? null : row === 4 ? 0 : Math.round((420 - row * 17) * 0.92 ** row * 0.72 ** period),
    ),
  })),
}

export const answers = {
  counter,
  daily,
  weeklyByState,
  monthly,
  topDestinations,
  byState,
  table,
  pivot,
  heat,
  histogram,
  funnel,
  retention,
} as const satisfies Readonly<Record<string, WidgetAnswer>>
