import type { TableAddress } from '../catalogue/catalogue.ts'

/** One thing that was looked at. It holds no password, no token and no row. */
export interface Check {
  /** Short, such as `grants` or `data.flights: sorting key`. */
  readonly name: string
  /** A problem keeps questions from being answered, or a wall from standing; a warning makes them slow or a wall thinner. */
  readonly outcome: 'ok' | 'warning' | 'problem'
  /** What was found, in a sentence. */
  readonly what: string
  /** The statement that mends it, for whoever may run it on the server; null where there is nothing to mend, or no statement does. */
  readonly mend: string | null
}

/** A table that a model reads. */
export interface TableUse {
  readonly address: TableAddress
  /** Null where the model says that its rows are everybody's, or that it is one tenant's alone. */
  readonly tenantColumn: string | null
}

export function fine(name: string, what: string): Check {
  return { name, outcome: 'ok', what, mend: null }
}

export function warning(name: string, what: string, mend: string | null = null): Check {
  return { name, outcome: 'warning', what, mend }
}

export function problem(name: string, what: string, mend: string | null = null): Check {
  return { name, outcome: 'problem', what, mend }
}
