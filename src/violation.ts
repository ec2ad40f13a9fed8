/** Which wall refused behind the one that should have. */
export type ViolationRule =
  | 'scope_missing'
  | 'tenancy_missing'
  | 'parameters_unbound'
  | 'benchmark_unbounded'
  | 'place_mismatch'
  | 'engine_refused'
  | 'store_refused'

/**
 * A wall behind the first one had to refuse: a statement that no request should lead to. To the client it is INTERNAL like
 * any other mistake of ours, and to us an alarm.
 */
export class PolicyViolation extends Error {
  override readonly name = 'PolicyViolation'
  readonly rule: ViolationRule

  constructor(rule: ViolationRule, message: string) {
    super(message)
    this.rule = rule
  }
}

/** PostgreSQL's `insufficient_privilege`: what row-level security and rights on tables refuse with. */
const insufficientPrivilege = '42501'

/** The rule that an error comes from, however many others were put around it; null where it comes from none. */
export function violationIn(error: unknown): ViolationRule | null {
  let inner = error
  for (let depth = 0; depth < 10 && inner instanceof Error; depth += 1) {
    if (inner instanceof PolicyViolation) return inner.rule
    if ('code' in inner && inner.code === insufficientPrivilege) return 'store_refused'
    inner = inner.cause
  }
  return null
}
