import type { Problem } from '../states/problem.ts'
import type { Value } from './controls-state.ts'

export interface Choice {
  readonly value: Value
  /** Null for one that is chosen and is not among those found. */
  readonly count: number | null
}

export type Found = { readonly choices: readonly Choice[] } | { readonly problem: Problem }

export type FindChoices = (search: string, signal: AbortSignal) => Promise<Found>

/** What was found last, and what became of what is being looked for. */
export interface FoundState {
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly choices: readonly Choice[]
  readonly problem: Problem | null
}

export interface ChoiceFinder {
  /** Ends the search before; what was found stays until the next has come. */
  find(find: FindChoices, search: string): Promise<void>
  stop(): void
}

export function createChoiceFinder(onChange: (state: FoundState) => void): ChoiceFinder {
  let choices: readonly Choice[] = []
  let finding = new AbortController()
  return {
    find: async (find, search) => {
      finding.abort()
      finding = new AbortController()
      const { signal } = finding
      onChange({ phase: 'loading', choices, problem: null })
      const found = await find(search, signal)
      if (signal.aborted) return
      if ('choices' in found) choices = found.choices
      onChange(
        'choices' in found
          ? { phase: 'ready', choices, problem: null }
          : { phase: 'failed', choices, problem: found.problem },
      )
    },
    stop: () => finding.abort(),
  }
}

/** What is chosen comes first, as long as nothing is searched for; then what was found, the most frequent first. */
export function choicesOf(
  found: readonly Choice[],
  chosen: readonly Value[],
  search: string,
): readonly Choice[] {
  if (search !== '') return found
  const counts = new Map(found.map(({ value, count }) => [value, count]))
  const first = chosen.map((value) => ({ value, count: counts.get(value) ?? null }))
  return [...first, ...found.filter(({ value }) => !chosen.includes(value))]
}

export function toggled(chosen: readonly Value[], value: Value): readonly Value[] {
  return chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]
}

/** Where a key leads in a list; null where it leads nowhere. */
export function movedTo(key: string, index: number, length: number): number | null {
  if (length === 0) return null
  switch (key) {
    case 'ArrowDown':
      return index >= length - 1 ? 0 : index + 1
    case 'ArrowUp':
      return index <= 0 ? length - 1 : index - 1
    case 'PageDown':
      return Math.min(length - 1, Math.max(0, index) + 8)
    case 'PageUp':
      return Math.max(0, index - 8)
    default:
      return null
  }
}
