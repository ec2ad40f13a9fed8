/** Where a widget stands, in columns and rows from 0. */
export interface Place {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
  /** Of it and of the one beside it where the grid has been folded to two columns: they are of the same height. */
  readonly foldedH: number
  /** Whether it takes the whole width where the grid has been folded to two columns. */
  readonly alone: boolean
}

export interface Grid {
  readonly columns: number
  /** In reading order: from top to bottom, then from the start of the line to its end. */
  readonly places: readonly Place[]
}

type Box = Omit<Place, 'alone' | 'foldedH'>

const defaultColumns = 12
const mostColumns = 24
const mostRows = 24
const defaultSize = { w: 6, h: 4 }

/**
 * The layout as it was stored, which is free in form, for the widgets that are shown. What it does not place stands
 * below the rest, and rows that hidden widgets leave empty close up.
 */
export function gridOf(layout: Readonly<Record<string, unknown>>, widgets: readonly string[]): Grid {
  const columns = whole(layout.columns, 1, mostColumns) ?? defaultColumns
  const stored = isRecord(layout.widgets) ? layout.widgets : {}
  const placed = widgets.flatMap((name) =>
    boxOf(name, Object.hasOwn(stored, name) ? stored[name] : null, columns),
  )
  const names = new Set(placed.map(({ name }) => name))
  const others = widgets.filter((name) => !names.has(name))
  const boxes = closedUp([...placed, ...appended(others, placed, columns)])
  return { columns, places: paired(boxes.toSorted(inReadingOrder), columns) }
}

function boxOf(name: string, stored: unknown, columns: number): readonly Box[] {
  if (!isRecord(stored)) return []
  const x = whole(stored.x, 0, columns - 1)
  const y = whole(stored.y, 0, 10_000)
  const h = whole(stored.h, 1, mostRows)
  const w = whole(stored.w, 1, columns)
  if (x === null || y === null || w === null || h === null) return []
  return [{ name, x, y, w: Math.min(w, columns - x), h }]
}

function appended(names: readonly string[], placed: readonly Box[], columns: number): readonly Box[] {
  const top = Math.max(0, ...placed.map(({ y, h }) => y + h))
  const w = Math.min(columns, Math.max(1, Math.round((columns * defaultSize.w) / defaultColumns)))
  const perRow = Math.max(1, Math.floor(columns / w))
  return names.map((name, index) => ({
    name,
    x: (index % perRow) * w,
    y: top + Math.floor(index / perRow) * defaultSize.h,
    w,
    h: defaultSize.h,
  }))
}

function closedUp(boxes: readonly Box[]): readonly Box[] {
  const taken = new Set(boxes.flatMap(({ y, h }) => Array.from({ length: h }, (_, row) => y + row)))
  const rows = [...taken].sort((a, b) => a - b)
  const rowOf = new Map(rows.map((row, index) => [row, index]))
  return boxes.map((box) => ({ ...box, y: rowOf.get(box.y) ?? box.y }))
}

function inReadingOrder(a: Box, b: Box): number {
  return a.y - b.y || a.x - b.x
}

/** Two that are at most half as wide as the grid share a folded line; one that finds no neighbour stands alone. */
function paired(boxes: readonly Box[], columns: number): readonly Place[] {
  const places: Place[] = []
  for (let index = 0; index < boxes.length; ) {
    const [first, second] = boxes.slice(index, index + 2)
    if (first === undefined) break
    const isPair = second !== undefined && isHalf(first, columns) && isHalf(second, columns)
    const foldedH = isPair ? Math.max(first.h, second.h) : first.h
    places.push({ ...first, alone: !isPair, foldedH })
    if (isPair) places.push({ ...second, alone: false, foldedH })
    index += isPair ? 2 : 1
  }
  return places
}

function isHalf({ w }: Box, columns: number): boolean {
  return w * 2 <= columns
}

function whole(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    ? value
    : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
