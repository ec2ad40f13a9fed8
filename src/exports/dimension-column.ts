import { timeText } from '../analytics/decode.ts'
import { toLocal, type Zone } from '../analytics/time/zone.ts'
import type { Dimension } from '../catalogue/catalogue.ts'
import type { ColumnType } from '../catalogue/column.ts'
import type { Cell } from '../warehouse/warehouse.ts'
import type { SheetColumn, SheetType, WallClock } from './sheet.ts'

export function dimensionColumn({ name, title, type, column }: Dimension): SheetColumn {
  return { name, title, type: typeOfColumn(type, column.type), format: null }
}

/** A number may be read as whether it is not 0. */
function typeOfColumn(type: Dimension['type'], column: ColumnType): SheetType {
  if (type === 'BOOLEAN') return { kind: 'boolean' }
  switch (column.kind) {
    case 'string':
    case 'uuid':
      return { kind: 'text' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'float':
      return { kind: 'number' }
    case 'integer':
    case 'decimal':
    case 'date':
    case 'instant':
      return column
  }
}

/** A cell as the warehouse has it, as a sheet does. Numbers stay as they are, exact text included. */
export function cellReader({ type }: Dimension): (cell: Cell) => Cell {
  switch (type) {
    case 'STRING':
      return (cell) => (cell === null ? null : String(cell))
    case 'BOOLEAN':
      return (cell) => (cell === null ? null : Boolean(cell))
    case 'TIME':
      return (cell) => (cell === null ? null : timeText(String(cell)))
    case 'NUMBER':
      return (cell) => cell
  }
}

export function wallClockOf(zone: Zone): WallClock {
  return { name: zone.name, local: (second) => toLocal(zone, second) }
}

export const utcClock: WallClock = Object.freeze({ name: 'UTC', local: (second: number) => second })
