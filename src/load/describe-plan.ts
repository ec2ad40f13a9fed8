import { counted, countedDistinct } from './facts.ts'
import type { LoadPlan } from './load.ts'

/** What would be loaded, for whoever is asked whether it shall be: a line for each column, then what to know of them. */
export function describePlan({ source, facts, orderBy, rows }: LoadPlan, address: string): string {
  const { columns, tenant, tenantGaps } = facts
  const lines = columns.map((column) => [
    column.name,
    column.kind,
    column === tenant
      ? countedDistinct(column.distinct, rows, 'tenant')
      : countedDistinct(column.distinct, rows - column.empty, 'value'),
    [
      ...(column === tenant ? ['tenant column'] : []),
      ...(column.empty > 0 && column !== tenant ? [`empty in ${counted(column.empty)}`] : []),
      ...(column.name === column.source ? [] : [`named ${JSON.stringify(column.source)} in the file`]),
      ...column.notes,
    ].join('; '),
  ])
  const widths = [0, 1, 2].map((place) => Math.max(...lines.map((cells) => cells[place]?.length ?? 0)))
  const table = lines.map((cells) =>
    `  ${cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join('  ')}`.trimEnd(),
  )
  const left = tenantGaps.rows === 0 ? '' : `; ${counted(tenantGaps.rows)} without a tenant left out`
  return `${source.file.name}: ${counted(rows)} for the table ${address}, in the order of ${orderBy.join(', ')}${left}\n\n${table.join('\n')}\n`
}
