/** The forms in which a client takes an answer. */
export interface Accepted {
  /** JSON, whole. */
  readonly json: boolean
  /** Parts of `multipart/mixed`; only where it says so, because whoever takes anything may not know them. */
  readonly parts: boolean
  /** Server-sent events; only where it says so. */
  readonly events: boolean
  /** Whatever there is. */
  readonly anything: boolean
}

/** @param header of Accept; one that is missing or empty takes anything */
export function acceptedBy(header: string | undefined): Accepted {
  const types = (header || '*/*').split(',').map((entry) => (entry.split(';')[0] ?? '').trim().toLowerCase())
  const has = (...names: readonly string[]) => names.some((name) => types.includes(name))
  const anything = has('*/*')
  return {
    json: anything || has('application/json', 'application/graphql-response+json', 'application/*'),
    parts: has('multipart/mixed'),
    events: has('text/event-stream'),
    anything,
  }
}
