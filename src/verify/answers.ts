import { isObject, listAt, textAt } from './json.ts'

/** One value of a dimension that an answer shows. */
export interface Shown {
  readonly dimension: string
  readonly value: unknown
}

/** Every value of every dimension in an answer, wherever it stands: keys, groups, columns of tables and records, lists. */
export function shownIn(answer: unknown): readonly Shown[] {
  if (Array.isArray(answer)) return answer.flatMap(shownIn)
  if (!isObject(answer)) return []
  const inside = Object.values(answer).flatMap(shownIn)
  return [...shownAsKey(answer), ...shownInColumns(answer), ...inside]
}

function shownAsKey(answer: Readonly<Record<string, unknown>>): readonly Shown[] {
  const { dimension } = answer
  if (typeof dimension !== 'string') return []
  if ('value' in answer) return [{ dimension, value: answer.value }]
  return listAt(answer, 'values', 'values').flatMap((entry) =>
    isObject(entry) ? [{ dimension, value: entry.value }] : [],
  )
}

function shownInColumns(answer: Readonly<Record<string, unknown>>): readonly Shown[] {
  const columns = listAt(answer, 'columns')
  return cellRows(answer).flatMap((row) =>
    columns.flatMap((column, index): Shown[] => {
      const name = textAt(column, 'name')
      const isDimension = textAt(column, 'kind') === 'DIMENSION'
      return name !== null && isDimension ? [{ dimension: name, value: row[index] }] : []
    }),
  )
}

function cellRows(answer: unknown): readonly (readonly unknown[])[] {
  const rows = [...listAt(answer, 'rows'), ...listAt(answer, 'cells')]
  const nodes = listAt(answer, 'edges').map((edge) => (isObject(edge) ? edge.node : null))
  return [...rows, ...nodes].filter(Array.isArray)
}

/** The rows of an answer as texts, so that those of two tenants can be told apart. */
export function rowsIn(answer: unknown): readonly string[] {
  if (Array.isArray(answer)) return answer.flatMap(rowsIn)
  if (!isObject(answer)) return []
  const lists = ['rows', 'cells', 'series', 'values', 'bins', 'steps', 'cohorts'].flatMap((name) =>
    listAt(answer, name),
  )
  const own = [...lists.filter((row) => typeof row === 'object' && row !== null), ...cellRows(answer)]
  return [...new Set([...own.map((row) => JSON.stringify(row)), ...Object.values(answer).flatMap(rowsIn)])]
}

/** Members that describe an answer and are no figure in it. */
const descriptions = new Set([
  '__typename',
  'columns',
  'cursor',
  'dimension',
  'endCursor',
  'formatted',
  'granularity',
  'hasNextPage',
  'hasPreviousPage',
  'id',
  'isOthers',
  'labels',
  'locked',
  'metric',
  'name',
  'pageInfo',
  'range',
  'rank',
  'start',
  'startCursor',
  'stats',
])

/** Whether nothing of any row shows: no value, and no figure but 0 and null. */
export function isEmptyAnswer(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.every(isEmptyAnswer)
  if (isObject(answer)) {
    return Object.entries(answer).every(([name, member]) => descriptions.has(name) || isEmptyAnswer(member))
  }
  return answer === null || answer === undefined || answer === 0 || answer === '0'
}
