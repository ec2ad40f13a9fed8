import type { Dataset, Dimension } from '../../catalogue/catalogue.ts'
import type { Expression, Output, Predicate } from '../../warehouse/select.ts'
import { type Having, noHaving } from '../having.ts'
import { rowsWithin, type Windows } from '../windows.ts'

/** A leaderboard's question, checked: what its statements are made from. */
export interface Board {
  readonly dataset: Dataset
  readonly dimensions: readonly Dimension[]
  readonly measure: Expression
  /** The figure of the window before. */
  readonly compared: Expression | null
  readonly descending: boolean
  readonly limit: number
  readonly having: Having
  readonly windows: Windows
}

/** A group that has rows in the window before alone is not in the list. */
export function presence({ windows }: Board): Having {
  if (windows.compared === null) return noHaving
  return {
    outputs: [{ name: 'n', expression: rowsWithin(windows.current) }],
    condition: isPresent('n'),
  }
}

export function isPresent(name: string): Predicate {
  const of = { kind: 'output', name } as const
  return { kind: 'compare', operator: '>', of, value: { type: 'Int64', text: '0' } }
}

export function comparedOutputs({ compared }: Board): readonly Output[] {
  return compared === null ? [] : [{ name: 'c0', expression: compared }]
}
