/** What is selected of each kind of answer. */

export const stats = 'stats { cache }'
export const counterFields = `value exactValue formatted comparison { value change changeRatio } ${stats}`
export const seriesFields = `granularity labels series { metric { name } group { dimension value } isOthers values exactValues comparisonValues total comparisonTotal } ${stats}`
export const leaderboardFields = `rows { rank keys { dimension value } value exactValue share isOthers comparisonValue } total ${stats}`
export const histogramFields = `bins { from to exactFrom exactTo count } ${stats}`
export const funnelFields = `steps { name count fromPrevious fromStart } ${stats}`
export const retentionFields = `granularity cohorts { start size returned } ${stats}`
export const recordsFields = `columns { name kind } edges { cursor node } pageInfo { hasNextPage endCursor } ${stats}`
export const widgetFields = `__typename
  ... on Counter { ${counterFields} }
  ... on TimeSeries { ${seriesFields} }
  ... on Leaderboard { ${leaderboardFields} }
  ... on Table { columns { name kind } cells: rows rowCount ${stats} }
  ... on Histogram { ${histogramFields} }
  ... on Funnel { ${funnelFields} }
  ... on Retention { ${retentionFields} }`
