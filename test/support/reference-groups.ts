import type { Cell, Row } from './reference-world.ts'

/** What comes back of a question, in the order in which it comes back: keys, then figures. */
export type Answer = readonly (readonly Cell[])[]

interface Group {
  readonly keys: readonly Cell[]
  readonly rows: readonly Row[]
}

export function groupsOf(rows: readonly Row[], names: readonly string[]): readonly Group[] {
  const groups = new Map<string, { keys: readonly Cell[]; rows: Row[] }>()
  for (const row of rows) {
    const keys = names.map((name) => row[name] ?? null)
    const text = JSON.stringify(keys)
    const group = groups.get(text) ?? { keys, rows: [] }
    group.rows.push(row)
    groups.set(text, group)
  }
  return [...groups.values()]
}

/** The greatest first by some places, then the least first by others; nulls last in both. */
export function ordered(lines: Answer, descending: readonly number[], ascending: readonly number[]): Answer {
  return [...lines].sort((one, other) => {
    for (const place of descending) {
      const order = compared(other[place] ?? null, one[place] ?? null)
      if (order !== 0) return one[place] === null || other[place] === null ? -order : order
    }
    for (const place of ascending) {
      const order = compared(one[place] ?? null, other[place] ?? null)
      if (order !== 0) return order
    }
    return 0
  })
}

export function compared(one: Cell, other: Cell): number {
  if (one === other) return 0
  if (one === null) return 1
  if (other === null) return -1
  return one < other ? -1 : 1
}
