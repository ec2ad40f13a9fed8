import type { ExampleTab } from '../http/graphiql.ts'

/** The tabs that GraphiQL opens with: one for each kind of question. */
export const exampleTabs: readonly ExampleTab[] = [
  {
    query: `# Whom the token speaks for, and its dashboard with the figures of every widget.
query Dashboard {
  viewer { tenantId expiresAt }
  dashboard(name: "departures") {
    title
    description
    widgets {
      name
      title
      visualization { kind }
      data {
        __typename
        ... on Counter { value formatted }
        ... on TimeSeries { labels series { group { value } isOthers values } }
        ... on Leaderboard { rows { rank keys { value } value share } }
        ... on Table { columns { title } cells: rows }
        ... on Histogram { bins { from to count } }
      }
    }
  }
}
`,
  },
  {
    query: `# One figure.
query Counter($input: CounterInput!) {
  counter(input: $input) { value exactValue formatted range { start stop } stats { durationMs rowsRead } }
}
`,
    variables: {
      input: {
        metric: 'on_time_share',
        timeRange: { between: { start: '2001-03-01T00:00:00Z', stop: '2001-04-01T00:00:00Z' } },
        timeZone: 'America/New_York',
      },
    },
  },
  {
    query: `# Weeks of departures, to the five busiest states and to all others.
query TimeSeries($input: TimeSeriesInput!) {
  timeSeries(input: $input) {
    granularity
    labels
    series { metric { name } group { dimension value } isOthers values total }
  }
}
`,
    variables: {
      input: {
        metrics: ['departures'],
        granularity: 'WEEK',
        timeZone: 'America/New_York',
        groupBy: ['destination_state'],
        limit: 5,
        timeRange: { between: { start: '2001-01-01T00:00:00Z', stop: '2001-07-01T00:00:00Z' } },
      },
    },
  },
  {
    query: `# Where the flights are late.
query Leaderboard($input: LeaderboardInput!) {
  leaderboard(input: $input) {
    rows { rank keys { dimension value } value share isOthers }
    total
  }
}
`,
    variables: {
      input: {
        metric: 'average_delay',
        dimensions: ['destination'],
        limit: 10,
        having: [{ metric: 'departures', operator: 'GREATER_THAN_OR_EQUALS', values: [500] }],
      },
    },
  },
  {
    query: `# Several metrics side by side.
query Table($input: TableInput!) {
  table(input: $input) { columns { name title kind type } rows rowCount }
}
`,
    variables: {
      input: {
        metrics: ['departures', 'average_delay', 'on_time_share'],
        dimensions: ['destination_state'],
        orderBy: [{ by: 'departures', order: 'DESC' }],
        limit: 20,
      },
    },
  },
  {
    query: `# How far flights go, in steps that read well.
query Histogram($input: HistogramInput!) {
  histogram(input: $input) { bins { from to count } }
}
`,
    variables: { input: { dataset: 'flights', dimension: 'distance', bins: 20 } },
  },
  {
    query: `# After a very late flight to a place, was another one late within a day, and one on time after that?
query Funnel($input: FunnelInput!) {
  funnel(input: $input) { steps { name count fromPrevious fromStart } }
}
`,
    variables: {
      input: {
        dataset: 'flights',
        entity: 'destination',
        steps: [
          {
            name: 'More than three hours late',
            filters: [{ dimension: 'delay', operator: 'GREATER_THAN', values: [180] }],
          },
          {
            name: 'Late by an hour again',
            filters: [{ dimension: 'delay', operator: 'GREATER_THAN', values: [60] }],
          },
          {
            name: 'On time again',
            filters: [{ dimension: 'delay', operator: 'LESS_THAN_OR_EQUALS', values: [0] }],
          },
        ],
        within: 'P1D',
      },
    },
  },
  {
    query: `# Destinations by the month of their first flight, and whether they were flown to in the months after it.
query Retention($input: RetentionInput!) {
  retention(input: $input) { cohorts { start size returned } }
}
`,
    variables: {
      input: { dataset: 'flights', entity: 'destination', granularity: 'MONTH', periods: 6 },
    },
  },
  {
    query: `# What a filter control offers.
query TopValues($input: TopValuesInput!) {
  topValues(input: $input) { values { value count } }
}
`,
    variables: { input: { dataset: 'flights', dimension: 'destination_city', search: 'new', limit: 10 } },
  },
  {
    query: `# The rows behind a figure.
query Records($input: RecordsInput!, $after: String) {
  records(input: $input, first: 20, after: $after) {
    columns { name }
    edges { node }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: {
      input: {
        dataset: 'flights',
        columns: ['departed_at', 'destination', 'delay', 'distance'],
        filters: [{ dimension: 'delay', operator: 'GREATER_THAN', values: [300] }],
        orderBy: [{ by: 'delay', order: 'DESC' }],
      },
    },
  },
]
