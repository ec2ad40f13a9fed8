import type { TableAnswer, TableColumn } from '../analytics/answers.ts'
import { bucketColumn, type FilledColumn, figureColumn, type Members, plainColumn } from './columns.ts'
import { anyNumber, holding } from './number-type.ts'

/** A table's columns. Its row of totals is none of its rows and stays out of a file. */
export function tableColumns(
  { columns, rows, range }: TableAnswer,
  members: Members,
): readonly FilledColumn[] {
  const datasets = columns.flatMap(({ kind, name }) =>
    kind === 'METRIC' ? [members.metric(name)?.dataset ?? ''] : [],
  )
  return columns.map((column, index) => {
    const cells = rows.map((row) => row[index] ?? null)
    if (column.kind === 'METRIC') return metricColumn(column, cells, members)
    const described = members.dimension(datasets, column.name)
    if (column.granularity !== null) {
      return bucketColumn(described, cells.map(String), range, column.granularity)
    }
    return { ...described, type: holding(described.type, cells), cells }
  })
}

function metricColumn(column: TableColumn, cells: FilledColumn['cells'], members: Members): FilledColumn {
  const metric = members.metric(column.name)
  const head = withPivot(column)
  return metric === null
    ? plainColumn(head.name, head.title, anyNumber, cells)
    : figureColumn(metric, cells, head)
}

/** Of a pivot, the values that the column stands for come first: `LAX departures`. */
function withPivot({ name, title, pivot }: TableColumn): { readonly name: string; readonly title: string } {
  if (pivot.length === 0) return { name, title }
  const values = pivot.map(({ value }) => String(value ?? '')).join(' ')
  return { name: `${values} ${name}`, title: `${values} ${title}` }
}
