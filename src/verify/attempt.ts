/** What came of one attempt, from best to worst. */
export const outcomes = ['refused', 'own', 'empty', 'inconclusive', 'failed', 'crossed'] as const
export type Outcome = (typeof outcomes)[number]

/** A question as it was sent, for whoever wants to send it again. */
export interface Asked {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

export interface Finding {
  /** What was tried, in words. */
  readonly what: string
  readonly outcome: Outcome
  /** Why, where the outcome does not say it all. */
  readonly reason?: string
  /** Whose credential: a tenant and the first characters of the token's id, never the token. */
  readonly asker?: string
  readonly asked?: Asked
  /** What should not have been shown, shortened. */
  readonly values?: readonly string[]
}

/** One thing to try; it may ask several questions and find several things. */
export interface Check {
  readonly what: string
  run(): Promise<readonly Finding[]>
}

/** A value as a report shows it. */
export function shortened(value: unknown, length = 120): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
  return text.length > length ? `${text.slice(0, length)}…` : text
}
