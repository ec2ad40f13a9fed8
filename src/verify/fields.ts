/** What is selected of each kind of answer. */

export const stats = 'stats { cache }'
export const counterFields = `value exactValue formatted comparison { value change changeRatio } ${stats}`
export const seriesFields = `granularity labels series { metric { name } group { dimension value } isOthers values exactValues comparisonValues total } ${stats}`
export const leaderboardFields = `rows { rank keys { dimension value } value exactValue share isOthers comparisonValue } total ${stats}`
export const recordsFields = `columns { name kind } edges { cursor node } pageInfo { hasNextPage endCursor } ${stats}`
export const widgetFields = `__typename
  ... on Counter { ${counterFields} }
  ... on TimeSeries { ${seriesFields} }
  ... on Leaderboard { ${leaderboardFields} }
  ... on Table { columns { name kind } cells: rows rowCount ${stats} }`
